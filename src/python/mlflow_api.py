"""Asks a server of MLflow over HTTP, by the standard library alone."""

import base64
import http.client
import json
import re
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, Optional, Protocol, TypeVar

from mlflow_failure import Kind, MlflowFailure
from within import within

T = TypeVar("T")
CHUNK = 1 << 16
# The largest answer that is read into memory.
LARGEST = 32 << 20
# How much of the words of a server are told.
WORDS = 300
# Seconds before what may go better is tried again.
PAUSES = (0.5, 2.0, 5.0)
# What a server answers whose hands are full, or that is starting.
BUSY = (429, 500, 502, 503, 504)
MAY_PASS = ("unreachable", "silent", "busy")
API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"


class Readable(Protocol):
    def read1(self, n: int = -1, /) -> bytes: ...


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for one server, so nothing is asked of another."""

    def redirect_request(self, *_: object) -> None:
        return None


def authorization(token: str) -> dict[str, str]:
    """The header for a token: of NAME:PASSWORD that of basic authentication, of any other a bearer's."""
    text = token.strip()
    if not text:
        return {}
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise MlflowFailure("token", "it has several lines, or characters that are none")
    if ":" in text:
        return {"authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}
    if not text.isascii():
        raise MlflowFailure("token", "it has characters that no token has")
    return {"authorization": f"Bearer {text}"}


class Server:
    """A server of MLflow. `seconds` is how long it may take to say anything."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        self.base = url.rstrip("/")
        self.headers = authorization(token)
        self.seconds = seconds
        self.opener = urllib.request.build_opener(NoRedirect)

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        return self.json("GET", f"{API}/{path}?{urllib.parse.urlencode(query)}", None)

    def post(self, path: str, body: Mapping[str, object], *, again: bool = True) -> dict[str, Any]:
        """`again` says whether it may be sent a second time, where nobody knows what became of the first."""
        return self.json("POST", f"{API}/{path}", body, again=again)

    def patch(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self.json("PATCH", f"{API}/{path}", body)

    def version(self) -> str:
        """The version that the server says it has; empty where it says none."""
        try:
            status, _, content = self.repeated(lambda: self.call("GET", f"{self.base}/version", b""), again=False)
        except MlflowFailure as failure:
            if failure.kind in MAY_PASS or failure.kind in ("certificate", "host"):
                raise
            return ""
        text = content.decode(errors="replace").strip()
        return text if status < 300 and re.fullmatch(r"[0-9]+\.[0-9][\w.+-]{0,40}", text) else ""

    def list_artifacts(self, path: str) -> list[dict[str, Any]]:
        """What is in a folder of artifacts; empty where there is no such folder."""
        try:
            answer = self.json("GET", f"{ARTIFACTS}?{urllib.parse.urlencode({'path': path})}", None)
        except MlflowFailure as failure:
            if failure.code == "RESOURCE_DOES_NOT_EXIST":
                return []
            raise
        files = answer.get("files", [])
        return [one for one in files if isinstance(one, dict) and isinstance(one.get("path"), str)]

    def upload(self, path: str, file: Path) -> None:
        size = file.stat().st_size

        def send() -> tuple[int, Mapping[str, str], bytes]:
            with file.open("rb") as body:
                return self.send("PUT", self.artifact(path), body, {"content-length": str(size)}, in_memory)

        status, headers, content = self.repeated(send, again=True)
        if status >= 300:
            raise failure_of(status, headers, content)

    def download(self, path: str, file: Path) -> None:
        def write(response: Readable) -> bytes:
            with file.open("wb") as out:
                out.writelines(chunks_of(response))
            return b""

        def fetch() -> tuple[int, Mapping[str, str], bytes]:
            return self.send("GET", self.artifact(path), None, {}, write)

        status, headers, content = self.repeated(fetch, again=True)
        if status >= 300:
            raise failure_of(status, headers, content)

    def artifact(self, path: str) -> str:
        return f"{self.base}{ARTIFACTS}/{urllib.parse.quote(path)}"

    def json(
        self, method: str, path: str, body: Optional[Mapping[str, object]], *, again: bool = True
    ) -> dict[str, Any]:
        data = b"" if body is None else json.dumps(body).encode()
        call = self.repeated(lambda: self.call(method, f"{self.base}{path}", data), again=again)
        status, headers, content = call
        if status >= 300:
            raise failure_of(status, headers, content)
        answer = parsed(content)
        if answer is None:
            raise MlflowFailure("stranger", f"it answered {kind_of_content(headers)}", status=status)
        return answer

    def repeated(
        self, work: Callable[[], tuple[int, Mapping[str, str], bytes]], *, again: bool
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Calls, several times where it may go better.

        Whoever hears nothing for long waits once more, and not four times.
        """
        silences = 0
        for pause in (*PAUSES, None):
            try:
                answer = work()
                if answer[0] not in BUSY or pause is None or not again:
                    return answer
            except MlflowFailure as failure:
                silences += failure.kind == "silent"
                if pause is None or not again or failure.kind not in MAY_PASS or silences > 1:
                    raise
            time.sleep(pause or 0)
        raise AssertionError("the last attempt returns or raises")

    def call(self, method: str, url: str, data: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """A call whose answer is small. A server that sends a byte now and then does not hold it up for ever."""
        headers = {"content-type": "application/json"} if data else {}
        try:
            return within(2 * self.seconds, lambda: self.send(method, url, data or None, headers, in_memory))
        except TimeoutError:
            raise MlflowFailure("silent", f"no whole answer within {2 * self.seconds:g} s") from None

    def send(
        self, method: str, url: str, body: Any, headers: Mapping[str, str], take: Callable[[Readable], bytes]
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            request = urllib.request.Request(url, data=body, headers={**headers, **self.headers}, method=method)
            if body is not None and not request.has_header("Content-type"):
                request.add_header("content-type", "application/octet-stream")
            with self.opener.open(request, timeout=self.seconds) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                return response.status, found, take(response)
        except urllib.error.HTTPError as error:
            with error:
                found = {name.lower(): value for name, value in error.headers.items()}
                return error.code, found, error.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(error, self.seconds) from None
        except ValueError as error:
            # Python's words may have a header in them, and so the token.
            raise MlflowFailure("refused", f"the request cannot be made ({type(error).__name__})") from None


def chunks_of(response: Readable) -> Iterator[bytes]:
    told = getattr(response, "length", None)
    received = 0
    while chunk := response.read1(CHUNK):
        received += len(chunk)
        yield chunk
    # Of a connection that ends early, Python says nothing to who reads in pieces.
    if isinstance(told, int) and received < told:
        raise http.client.HTTPException(f"the connection ended after {received:,} bytes")


def in_memory(response: Readable) -> bytes:
    content = bytearray()
    for chunk in chunks_of(response):
        content += chunk
        if len(content) > LARGEST:
            raise MlflowFailure("stranger", f"its answer is larger than {LARGEST >> 20} MiB")
    return bytes(content)


def parsed(content: bytes) -> Optional[dict[str, Any]]:
    """The JSON object of an answer; some have none, and are empty then."""
    try:
        value = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def failure_of(status: int, headers: Mapping[str, str], content: bytes) -> MlflowFailure:
    text = content.decode(errors="replace")
    if status == 403 and "invalid host header" in text.lower():
        return MlflowFailure("host", one_line(text), status=status)
    if 300 <= status < 400:
        return MlflowFailure("redirect", place_of(headers.get("location", "")), status=status)
    said = parsed(content) or {}
    code = str(said.get("error_code", ""))
    is_page = "<html" in text[:1000].lower()
    words = one_line(str(said.get("message", ""))) or ("" if is_page else one_line(text))
    detail = ": ".join(part for part in (f"HTTP {status}", code, words) if part)
    return MlflowFailure(kind_of(status, code), detail, status=status, code=code)


def kind_of(status: int, code: str) -> Kind:
    if status == 401:
        return "login"
    if status == 403:
        return "permission"
    if status in BUSY:
        return "busy"
    # What MLflow refuses, it gives a code; an address that it does not have, a page.
    return "refused" if code else "stranger"


def kind_of_content(headers: Mapping[str, str]) -> str:
    kind = headers.get("content-type", "").partition(";")[0].strip()
    return {"text/html": "a page of HTML"}.get(kind, kind or "no JSON")


def place_of(location: str) -> str:
    """The server and path of an address: what comes after them may hold a secret."""
    parts = urllib.parse.urlsplit(location)
    return one_line(f"{parts.scheme}://{parts.hostname or ''}{parts.path}" if parts.hostname else parts.path)


def one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= WORDS else f"{words[:WORDS]}…"


def unreachable(error: Exception, seconds: float) -> MlflowFailure:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return MlflowFailure("certificate", reason.verify_message)
    if isinstance(reason, (TimeoutError, socket.timeout)):
        return MlflowFailure("silent", f"no answer within {seconds:g} s")
    return MlflowFailure("unreachable", one_line(str(reason)) or type(reason).__name__)


def until_made(find: Callable[[], Optional[T]], make: Callable[[], T]) -> tuple[T, bool]:
    """What is there, or is made now, and whether it was there.

    An answer that was lost leaves unknown whether something was made, so it is looked for before each attempt.
    """
    for pause in (*PAUSES, None):
        found = find()
        if found is not None:
            return found, True
        try:
            return make(), False
        except MlflowFailure as failure:
            if pause is None or failure.kind not in MAY_PASS:
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")
