"""Speaks to the API server of Kubernetes, and says in codes what is wrong with the way there."""

import base64
import json
import os
import re
import time
import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn, Optional, TypedDict, TypeVar

import urllib3
import yaml
from kubernetes import client, config
from rollout_reason import Reason, in_short
from rollout_records import expiry_of
from within import within

JSON_PATCH = "application/json-patch+json"
# Under this name the server notes who changed what.
MANAGER = "ml-pipeline"
# In seconds: to connect, to answer, and before a server that was silent is asked again.
CONNECT, ANSWER, PAUSE = 5, 20, 1.0
# In seconds and bytes: for a whole answer, since one that comes a byte at a time, or never ends, is none.
WHOLE, LARGEST, CHUNK = 30.0, 64_000_000, 1 << 16
# In seconds: so long a bad answer is asked again in the middle of something. A single one says nothing.
PERSISTS = 30.0
# What another attempt may change.
PASSING = (408, 429, 500, 502, 503, 504)
# In seconds: a server that has just started forbids what it allowed before, until it has read the roles.
ROLES = 30
SHOWN = 1000
# What TLS says when the other side goes in the middle of it: a server that is stopped, or what stands before it.
CLOSED = "EOF"
# Letters of a line of a secret that may be one by itself.
SECRET = 6
# Keys of a kubeconfig that name files of the machine where it was written.
FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")

Found = TypeVar("Found")


class Access(TypedDict):
    """Which cluster, and how to get there."""

    # The file of a kubeconfig; None with a token.
    kubeconfig: Optional[str]
    context: Optional[str]
    # The file of a token, and the server that takes it, with its authority as PEM.
    token: Optional[str]
    server: Optional[str]
    authority: Optional[str]
    namespace: Optional[str]
    # A folder in memory: the client writes keys into files.
    keys: str


class Refused(Exception):
    """Something that waiting does not change."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason["code"])
        self.reason = reason


class Missing(Exception):
    """There is no such object."""


class Rejected(Exception):
    """A change that the server does not take: because something else changed before, or at all."""


class Silent(Exception):
    """No answer, or none that counts."""


def refuse(code: str, detail: str = "", names: Sequence[str] = ()) -> NoReturn:
    raise Refused({"code": code, "detail": detail, "names": list(names)})


def patiently(ask: Callable[[], Found], ends: float, say: Callable[[str], None]) -> Found:
    """Asks until there is an answer that counts, or it is too late. A bad one is told once it stays."""
    wrong = None
    while True:
        try:
            return ask()
        except Silent as error:
            if time.monotonic() > ends:
                raise
            say(f"the API server does not answer ({error}): asking again")
        except (Refused, Missing, Rejected) as error:
            now = time.monotonic()
            wrong = now if wrong is None else wrong
            if now > min(ends, wrong + PERSISTS):
                raise
            words = in_short(error.reason) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
            say(f"the API server refuses what it answered before ({words}): asking again")
        time.sleep(PAUSE)


def understood(make: Callable[[], Found]) -> Found:
    """What is made of answers; raises Silent for those that nothing can be made of, whatever they lack."""
    try:
        return make()
    except (Refused, Missing, Rejected, Silent):
        raise
    except Exception as error:
        raise Silent(f"its answer cannot be understood: {words_for(error)}") from None


def words_for(error: BaseException) -> str:
    return f"{type(error).__name__}: {error!s:.200}"


class Api:
    """One API server, by one context."""

    def __init__(self, access: Access, hide: Callable[[Iterable[str]], None]) -> None:
        # Called with what must not be shown before anything is made of it.
        self.hide = hide
        self.context = ""
        self.namespace = access["namespace"] or "default"
        # By the clock of the server, so that those of other machines do not matter.
        self.now = time.time()
        # What was allowed, and since when that is forbidden.
        self.allowed: dict[tuple[str, str], float] = {}
        settings = client.Configuration()
        settings.retries = False
        # The client forgets what it has read of this.
        settings.no_proxy = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
        if access["kubeconfig"] is not None:
            self.open_kubeconfig(access, settings)
        else:
            self.open_token(access, settings)
        self.server = settings.host
        self.settings = settings
        self.client = client.ApiClient(settings)

    def open_kubeconfig(self, access: Access, settings: Any) -> None:
        found = read_kubeconfig(Path(access["kubeconfig"] or ""))
        self.hide(secrets_in(found))
        contexts = named(found, "contexts", "context")
        self.context = access["context"] or str(found.get("current-context") or "")
        if not self.context:
            refuse("no-current-context", names=sorted(contexts))
        if self.context not in contexts:
            refuse("no-context", self.context, sorted(contexts))
        chosen = contexts[self.context]
        user = named(found, "users", "user").get(str(chosen.get("user")), {})
        cluster = named(found, "clusters", "cluster").get(str(chosen.get("cluster")), {})
        check_complete(user, cluster)
        check_address(cluster.get("server"))
        if user.get("token"):
            user["token"] = token_of(user["token"])
            self.hide([user["token"]])
        self.namespace = access["namespace"] or str(chosen.get("namespace") or "default")
        try:
            config.load_kube_config_from_dict(
                found, context=self.context, client_configuration=settings, temp_file_path=access["keys"]
            )
        except Exception as error:
            # The client raises many types for what it cannot read.
            refuse("bad-kubeconfig", str(error))

    def open_token(self, access: Access, settings: Any) -> None:
        token = Path(access["token"] or "").read_bytes().decode("utf-8", "replace")
        self.hide(parts_of(token))
        token = token_of(token)
        self.hide([token])
        settings.host = (access["server"] or "https://kubernetes.default.svc").rstrip("/")
        settings.api_key["authorization"] = f"Bearer {token}"
        if access["authority"] is not None:
            file = Path(access["keys"], "authority.pem")
            file.write_text(access["authority"], encoding="utf-8")
            settings.ssl_ca_cert = str(file)

    def get(self, path: str, **query: object) -> Any:
        return json_of(self.answer("GET", path, query))

    def patch(self, path: str, changes: Sequence[Mapping[str, Any]], **query: object) -> Any:
        return json_of(self.answer("PATCH", path, {"fieldManager": MANAGER, **query}, list(changes), JSON_PATCH))

    def put(self, path: str, body: object) -> Any:
        return json_of(self.answer("PUT", path, {"fieldManager": MANAGER}, body))

    def post(self, path: str, body: object) -> Any:
        return json_of(self.answer("POST", path, {}, body, "application/json"))

    def answer(
        self, method: str, path: str, query: Mapping[str, object], body: object = None, kind: str = "application/json"
    ) -> bytes:
        """The body of an answer; raises Refused, Missing, Rejected and Silent."""
        data, date = self.whole(method, path, query, body, kind)
        self.note_time(date)
        return data

    def behind(self, method: str, path: str, body: object = None) -> bytes:
        """The body of what a pod or a service answers, whose clock says nothing of the cluster's."""
        return self.whole(method, path, {}, body, "application/json")[0]

    def whole(
        self, method: str, path: str, query: Mapping[str, object], body: object, kind: str
    ) -> tuple[bytes, Optional[str]]:
        """The body of an answer that has come to its end in time, and its date."""

        def sent() -> tuple[bytes, Optional[str]]:
            response = self.client.call_api(
                *(path, method),
                query_params=[(key, str(value)) for key, value in query.items()],
                header_params={"Accept": "application/json, */*", "Content-Type": kind},
                body=body,
                auth_settings=["BearerToken"],
                _return_http_data_only=True,
                _preload_content=False,
                _request_timeout=(CONNECT, ANSWER),
            )
            return read_whole(response), response.headers.get("Date")

        try:
            found = within(WHOLE, sent)
        except Silent:
            raise
        except TimeoutError:
            raise Silent(f"no whole answer within {WHOLE:g} s") from None
        except client.ApiException as error:
            if error.status == 403 and (method, path) in self.allowed:
                self.wait_for_roles((method, path), error)
            self.fail(error)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Silent(words_of(error)) from None
        except Exception as error:
            # The client raises many types for what it cannot read.
            raise Silent(words_for(error)) from None
        self.allowed[method, path] = 0.0
        return found

    def wait_for_roles(self, asked: tuple[str, str], error: Any) -> None:
        """Raises Silent for what a server forbids that may have started just now."""
        self.allowed[asked] = self.allowed[asked] or time.monotonic()
        if time.monotonic() - self.allowed[asked] < ROLES:
            raise Silent(f"HTTP 403: {said(error)}")

    def fail(self, error: Any) -> NoReturn:
        status, text = int(error.status or 0), said(error)
        if status == 0 and CLOSED in text:
            raise Silent(words_of(error))
        if status == 0:
            refuse("tls", text.split("\n")[-1])
        if status == 401:
            refuse("unauthorized", self.expiry())
        if status == 403:
            refuse("forbidden", text)
        if status == 404:
            raise Missing(text)
        if status in PASSING:
            raise Silent(f"HTTP {status}{': ' if text else ''}{text}")
        raise Rejected(text or f"HTTP {status}")

    def note_time(self, date: Optional[str]) -> None:
        """A time that cannot be read says nothing, and is no reason to end anything."""
        try:
            self.now = parsedate_to_datetime(date or "").timestamp()
        except Exception:
            return

    def expiry(self) -> str:
        """When the token expired, where it says that."""
        token = str(self.settings.api_key.get("authorization", "")).removeprefix("Bearer ")
        seconds = expiry_of(token)
        return "" if seconds is None or seconds > self.now else clock(seconds)


def clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_kubeconfig(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        # What a parser says of a text has parts of it.
        refuse("bad-kubeconfig", "it is no YAML")
    if not isinstance(found, dict) or not isinstance(found.get("contexts"), list):
        refuse("bad-kubeconfig", "it has no contexts")
    return found


def named(found: Mapping[str, Any], plural: str, singular: str) -> dict[str, dict[str, Any]]:
    entries = found.get(plural)
    listed = entries if isinstance(entries, list) else []
    return {
        str(one["name"]): one[singular]
        for one in listed
        if isinstance(one, dict) and "name" in one and isinstance(one.get(singular), dict)
    }


def check_complete(user: Mapping[str, Any], cluster: Mapping[str, Any]) -> None:
    """Nothing of the machine where a kubeconfig was written is here: no program, and no file."""
    if "exec" in user or "auth-provider" in user:
        program = user.get("exec") if isinstance(user.get("exec"), dict) else user.get("auth-provider")
        found = program if isinstance(program, dict) else {}
        # What stands behind its name may be a password.
        words = str(found.get("command") or found.get("name") or "").split()
        refuse("exec-plugin", Path(words[0]).name if words else "")
    others = sorted(key for key in user if key == "as" or key.startswith("as-"))
    if others:
        # Without it the call would have all rights of who may act as others.
        refuse("impersonation", ", ".join(others))
    for part in (user, cluster):
        for key in FILES:
            if key in part and f"{key}-data" not in part and not (key == "tokenFile" and "token" in part):
                refuse("file-reference", f"{key}: {part[key]}")


def secrets_in(found: Mapping[str, Any]) -> set[str]:
    """What a kubeconfig has that must not be shown."""
    users, clusters = named(found, "users", "user").values(), named(found, "clusters", "cluster").values()
    given = [str(user[key]) for user in users for key in ("token", "password", "client-key-data") if user.get(key)]
    pairs = [f"{user.get('username', '')}:{user['password']}" for user in users if user.get("password")]
    ways = [str(cluster["proxy-url"]) for cluster in clusters if cluster.get("proxy-url")]
    return {
        *(part for text in given for part in parts_of(text)),
        *(base64.b64encode(pair.encode()).decode() for pair in pairs),
        *ways,
        *(password for way in ways if (password := password_of(way))),
    }


def parts_of(text: str) -> set[str]:
    """A secret, and each of its lines: what is told of one of several lines may have only one of them."""
    return {text.strip(), *(line.strip() for line in text.splitlines() if len(line.strip()) >= SECRET)} - {""}


def password_of(address: str) -> str:
    try:
        return urllib.parse.urlsplit(address).password or ""
    except ValueError:
        return ""


def token_of(given: object) -> str:
    """A token as a header has it; refuses what no header can have, and does not show it."""
    token = given.strip("\ufeff \t\r\n") if isinstance(given, str) else ""
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        refuse("bad-token")
    return token


def check_address(given: object) -> None:
    """Refuses the address of a cluster that is none, or that has what must not be shown in it."""
    try:
        parts = urllib.parse.urlsplit(given if isinstance(given, str) else "")
        is_plain = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        is_plain = False
    if not is_plain or parts.username is not None or parts.password is not None:
        refuse("bad-kubeconfig", "the address of its cluster is none, or has credentials or a query in it")


def read_whole(response: Any) -> bytes:
    """It does not outlive the caller who waits so long."""
    ends, parts, size = time.monotonic() + WHOLE, [], 0
    for part in response.stream(CHUNK):
        parts.append(part)
        size += len(part)
        if size > LARGEST or time.monotonic() > ends:
            response.close()
            raise Silent(f"its answer is larger than {LARGEST / 1e6:g} MB, or has no end")
    return b"".join(parts)


def json_of(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        refuse("not-kubernetes", data[:100].decode("utf-8", "replace"))


def said(error: Any) -> str:
    """The message of an answer that refuses: of a Status, or its text."""
    body = error.body
    if body is None:
        return str(error.reason or "")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return (body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)).strip()[:SHOWN]
    return str(found.get("message", ""))[:SHOWN] if isinstance(found, dict) else ""


def words_of(error: BaseException) -> str:
    """Why there is no connection, without addresses of objects."""
    text = str(error)
    for known, words in {
        "Name or service not known": "there is no such host",
        "Temporary failure in name resolution": "its name cannot be looked up",
        "No address associated": "there is no such host",
        "Connection refused": "nothing listens there",
        "timed out": f"no answer within {ANSWER if 'Read' in type(error).__name__ else CONNECT} s",
        "No route to host": "there is no way to it",
        "Network is unreachable": "there is no way to it",
        "Connection reset": "the connection was reset",
        "Remote end closed": "the connection was closed",
        CLOSED: "the connection was closed",
        "certificate verify failed": "its certificate is not trusted",
    }.items():
        if known in text:
            return words
    return f"{type(error).__name__}: {text}"[:SHOWN]


def quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
