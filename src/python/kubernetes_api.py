"""Speaks to the API server of Kubernetes, and says in codes what is wrong with the way there."""

import json
import os
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn, Optional, TypedDict, TypeVar

import urllib3
import yaml
from kubernetes import client, config
from rollout_reason import Reason
from rollout_records import expiry_of

JSON_PATCH = "application/json-patch+json"
# Under this name the server notes who changed what.
MANAGER = "ml-pipeline"
# In seconds: to connect, to answer, and before a server that was silent is asked again.
CONNECT, ANSWER, PAUSE = 5, 20, 1.0
# What another attempt may change.
PASSING = (408, 429, 500, 502, 503, 504)
# In seconds: a server that has just started forbids what it allowed before, until it has read the roles.
ROLES = 30
SHOWN = 1000
# What TLS says when the other side goes in the middle of it: a server that is stopped, or what stands before it.
CLOSED = "EOF"
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
    """Asks until there is an answer, or it is too late."""
    while True:
        try:
            return ask()
        except Silent as error:
            if time.monotonic() > ends:
                raise
            say(f"the API server does not answer ({error}): asking again")
        time.sleep(PAUSE)


class Api:
    """One API server, by one context."""

    def __init__(self, access: Access) -> None:
        self.secrets: set[str] = set()
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
        self.secrets = secrets_in(found)
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
        self.namespace = access["namespace"] or str(chosen.get("namespace") or "default")
        try:
            config.load_kube_config_from_dict(
                found, context=self.context, client_configuration=settings, temp_file_path=access["keys"]
            )
        except Exception as error:
            # The client raises many types for what it cannot read.
            refuse("bad-kubeconfig", str(error))

    def open_token(self, access: Access, settings: Any) -> None:
        token = Path(access["token"] or "").read_text(encoding="utf-8").strip()
        self.secrets = {token}
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
        headers = {"Accept": "application/json, */*", "Content-Type": kind}
        try:
            response = self.client.call_api(
                *(path, method),
                query_params=[(key, str(value)) for key, value in query.items()],
                header_params=headers,
                body=body,
                auth_settings=["BearerToken"],
                _return_http_data_only=True,
                _preload_content=False,
                _request_timeout=(CONNECT, ANSWER),
            )
            data: bytes = response.data
        except client.ApiException as error:
            if error.status == 403 and (method, path) in self.allowed:
                self.wait_for_roles((method, path), error)
            self.fail(error)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Silent(words_of(error)) from None
        self.note_time(response.headers.get("Date"))
        self.allowed[method, path] = 0.0
        return data

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
        self.note_time((error.headers or {}).get("Date"))
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
        if date:
            self.now = parsedate_to_datetime(date).timestamp()

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
        refuse("exec-plugin", str(found.get("command") or found.get("name") or ""))
    for part in (user, cluster):
        for key in FILES:
            if key in part and f"{key}-data" not in part and not (key == "tokenFile" and "token" in part):
                refuse("file-reference", f"{key}: {part[key]}")


def secrets_in(found: Mapping[str, Any]) -> set[str]:
    """What a kubeconfig has that must not be shown."""
    users = named(found, "users", "user").values()
    return {str(user[key]) for user in users for key in ("token", "password", "client-key-data") if user.get(key)}


def json_of(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        refuse("not-kubernetes", data[:100].decode("utf-8", "replace"))


def said(error: Any) -> str:
    """The message of an answer that refuses: of a Status, or its text."""
    body = error.body
    if body is None:
        return str(error.reason or "")
    try:
        found = json.loads(body)
    except ValueError:
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
