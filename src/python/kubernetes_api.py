"""Speaks to the API server of Kubernetes, and says in codes what is wrong with the way there."""

import json
import os
import time
import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn, Optional, TypedDict

import urllib3
from kubeconfig import check_address, check_complete, named, parts_of, read_kubeconfig, secrets_in, token_of
from kubernetes import client, config
from kubernetes_failure import Missing, Rejected, Silent, refuse, words_for
from rollout_records import expiry_of
from within import within

JSON_PATCH = "application/json-patch+json"
# Under this name the server notes who changed what.
MANAGER = "ml-pipeline"
# In seconds: to connect, and to answer.
CONNECT, ANSWER = 5, 20
# In seconds and bytes: for a whole answer, since one that comes a byte at a time, or never ends, is none.
WHOLE, LARGEST, CHUNK = 30.0, 64_000_000, 1 << 16
# What another attempt may change.
PASSING = (408, 429, 500, 502, 503, 504)
# In seconds: a server that has just started forbids what it allowed before, until it has read the roles.
ROLES = 30
SHOWN = 1000
# What TLS says when the other side goes in the middle of it: a server that is stopped, or what stands before it.
CLOSED = "EOF"


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
