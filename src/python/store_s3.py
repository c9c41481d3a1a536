"""A model store in S3, or in whatever speaks its protocol.

It needs GetObject, PutObject and ListBucket, and nothing else: no object is ever changed or deleted. One object is
written by a condition that S3 has since 2024: `If-None-Match: *`, which is refused where there is one by that name.
"""

import hashlib
import http.client
import io
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Callable, NamedTuple, Optional, TypedDict, Union

from store_failure import Kind, StoreFailure
from store_listing import listed
from store_signing import Credentials, Request, encoded_path, encoded_query, signed_headers

EMPTY = hashlib.sha256(b"").hexdigest()
CHUNK = 1 << 20
# Larger files are sent in parts.
PART = 256 << 20
# A server that has not said anything for so long does not answer.
SECONDS = 60
# Seconds before what may go better is tried again.
PAUSES = (0.5, 2.0, 5.0)
# What a server answers whose hands are full, or that was asked for the same thing twice at once.
BUSY = (408, 409, 429, 500, 502, 503, 504)
# The largest answer that is read into memory: lists of objects, messages, and small objects.
LARGEST = 64 << 20

# The codes of errors by what a person has to do, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
CODES: dict[str, Kind] = {
    "InvalidAccessKeyId": "secret",
    # As the Versity gateway says it.
    "XAdminUserNotFound": "secret",
    "SignatureDoesNotMatch": "secret",
    "InvalidToken": "secret",
    "ExpiredToken": "secret",
    "TokenRefreshRequired": "secret",
    "AccessDenied": "permission",
    "AllAccessDisabled": "permission",
    "AccountProblem": "permission",
    "RequestTimeTooSkewed": "clock",
    "RequestExpired": "clock",
    "NoSuchBucket": "bucket",
    "InvalidBucketName": "bucket",
    "NoSuchKey": "absent",
    "AuthorizationHeaderMalformed": "region",
    "PermanentRedirect": "region",
    "TemporaryRedirect": "region",
    "IllegalLocationConstraintException": "region",
    "BadDigest": "damaged",
    "XAmzContentSHA256Mismatch": "damaged",
}


class Address(TypedDict):
    bucket: str
    # Empty, or ends with a slash.
    prefix: str
    # http:// or https:// and a host; empty for that of AWS.
    endpoint: str
    region: str


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


Body = Union[bytes, Callable[[], BinaryIO]]
# Takes what the server gives, in pieces; from its beginning at each attempt.
Take = Callable[[Iterator[bytes]], None]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The signature is for one host, so nothing is asked of another."""

    def redirect_request(self, *_: object) -> None:
        return None


class S3Store:
    # The condition of a request keeps a move from being written over another one.
    names_moves_by_content = False

    def __init__(self, address: Address, credentials: Optional[Credentials]) -> None:
        self.region, self.prefix, self.credentials = address["region"], address["prefix"], credentials
        scheme, self.host, self.root = place_of(address)
        self.base = f"{scheme}://{self.host}"
        self.opener = urllib.request.build_opener(NoRedirect)
        self.date = ""

    def keys(self, below: str) -> list[str]:
        """The objects below a prefix that ends with a slash, in order."""
        prefix = f"{self.prefix}{below}"
        query = {"list-type": "2", "prefix": prefix}

        def page(token: str) -> bytes:
            more = {"continuation-token": token} if token else {}
            return self.ask("GET", None, {**query, **more}).content

        return sorted(name[len(self.prefix) :] for name in listed(prefix, page))

    def has(self, key: str) -> bool:
        return self.ask("HEAD", key, accepted=(404,)).status != 404

    def read(self, key: str) -> bytes:
        return self.ask("GET", key).content

    def download(self, key: str, path: Path) -> None:
        def write(chunks: Iterator[bytes]) -> None:
            with path.open("wb") as file:
                file.writelines(chunks)

        self.ask("GET", key, take=write)

    def sha256_of(self, key: str) -> str:
        found: list[str] = []

        def note(chunks: Iterator[bytes]) -> None:
            digest = hashlib.sha256()
            for chunk in chunks:
                digest.update(chunk)
            found.append(digest.hexdigest())

        self.ask("GET", key, take=note)
        return found[-1]

    def upload(self, key: str, path: Path, sha256: str) -> None:
        """Writes an object whose name says its content, so that it does not matter whether it is there."""
        size = path.stat().st_size
        if size <= PART:
            self.ask("PUT", key, body=lambda: path.open("rb"), size=size, payload=sha256)
        else:
            self.upload_parts(key, path, size)

    def upload_parts(self, key: str, path: Path, size: int) -> None:
        started = self.ask("POST", key, {"uploads": ""})
        upload = text_in(started.content, "UploadId", key)
        tags = []
        for number, start in enumerate(range(0, size, PART), start=1):
            with path.open("rb") as file:
                file.seek(start)
                part = file.read(PART)
            query = {"partNumber": str(number), "uploadId": upload}
            sent = self.ask("PUT", key, query, body=part, size=len(part), payload=hashlib.sha256(part).hexdigest())
            tags.append((number, sent.headers.get("etag", "")))
        parts = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in tags)
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        digest = hashlib.sha256(body).hexdigest()
        ended = self.ask("POST", key, {"uploadId": upload}, body=body, size=len(body), payload=digest)
        # This one may fail after it has begun to answer that all is well.
        if b"<Error" in ended.content:
            raise failure_of(200, ended.content, key)

    def replace(self, key: str, content: bytes) -> None:
        """Writes an object in the place of what is not what its name says."""
        self.ask("PUT", key, body=content, size=len(content), payload=hashlib.sha256(content).hexdigest())

    def create(self, key: str, content: bytes) -> bool:
        """Writes an object that must not be there; False where another one is."""
        if self.put_new(key, content):
            return True
        # An answer that was lost on its way is asked for again, and what is there then is one's own.
        return self.read(key) == content

    def is_conditional(self, key: str, content: bytes) -> bool:
        """Whether the server heeds the condition: an object that is there must not be written again."""
        return not self.put_new(key, content) or not self.put_new(key, content)

    def alone(self) -> AbstractContextManager[None]:
        """Nobody need be kept out: two moves have one name here, and the server lets one of them have it."""
        return nullcontext()

    def put_new(self, key: str, content: bytes) -> bool:
        size, payload = len(content), hashlib.sha256(content).hexdigest()
        condition = {"if-none-match": "*"}
        answer = self.ask("PUT", key, headers=condition, body=content, size=size, payload=payload, accepted=(412, 501))
        # A server that says that it does not know the condition has written nothing.
        if answer.status == 501:
            self.replace(key, content)
        return answer.status != 412

    def ask(
        self,
        method: str,
        key: Optional[str],
        query: Optional[Mapping[str, str]] = None,
        *,
        headers: Optional[Mapping[str, str]] = None,
        body: Body = b"",
        size: int = 0,
        payload: str = EMPTY,
        take: Optional[Take] = None,
        accepted: tuple[int, ...] = (),
    ) -> Answer:
        """Asks the server, several times where it may go better.

        Raises StoreFailure for an answer that is neither a success nor one of the accepted.
        """
        path = f"{self.root}/{'' if key is None else self.prefix + key}"
        url = f"{self.base}{encoded_path(path)}{'?' if query else ''}{encoded_query(query or {})}"
        failure = StoreFailure("other", "", key or "")
        for pause in (*PAUSES, None):
            now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            request = Request(method, self.host, path, query or {}, headers or {}, payload)
            signed = signed_headers(request, self.credentials, self.region, now)
            try:
                answer = self.send(method, url, signed, body, size, take)
            except (OSError, http.client.HTTPException) as error:
                failure = unreachable(error, key or "")
                if failure.kind == "certificate":
                    raise failure from None
            except ValueError as error:
                # Python's words may have a header in them, and so a secret.
                raise StoreFailure("other", f"the request cannot be made ({type(error).__name__})", key or "") from None
            else:
                if answer.status < 300 or answer.status in accepted:
                    return answer
                failure = failure_of(answer.status, answer.content, key or "")
                if answer.status not in BUSY:
                    raise failure
            if pause is not None:
                time.sleep(pause)
        raise failure

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: Body, size: int, take: Optional[Take]
    ) -> Answer:
        sends = method in ("PUT", "POST")
        data = None if not sends else io.BytesIO(body) if isinstance(body, bytes) else body()
        request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
        if sends:
            request.add_header("content-length", str(size))
            request.add_header("content-type", "application/octet-stream")
        try:
            with self.opener.open(request, timeout=SECONDS) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                self.date = found.get("date", self.date)
                # The answer to HEAD has the length of what it does not send.
                told = found.get("content-length", "")
                length = int(told) if told.isdecimal() and method != "HEAD" else 0
                chunks = chunks_of(response, length)
                if take is None:
                    return Answer(response.status, found, in_memory(chunks))
                take(chunks)
                return Answer(response.status, found, b"")
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, {}, error.read(CHUNK))
        finally:
            if data is not None:
                data.close()


def place_of(address: Address) -> tuple[str, str, str]:
    """Scheme, host and the path of the bucket.

    AWS has a host for each bucket, whose certificate holds for no name with a dot. Others have the bucket in the path.
    """
    bucket, endpoint = address["bucket"], address["endpoint"]
    if endpoint:
        scheme, _, host = endpoint.partition("://")
        host, _, root = host.partition("/")
        return scheme, host, f"/{root}{'/' if root else ''}{bucket}"
    aws = f"s3.{address['region']}.amazonaws.com"
    return ("https", aws, f"/{bucket}") if "." in bucket else ("https", f"{bucket}.{aws}", "")


def chunks_of(response: BinaryIO, length: int) -> Iterator[bytes]:
    """What a server sends. Of a connection that ends early, Python says nothing to who reads in pieces."""
    received = 0
    while chunk := response.read(CHUNK):
        received += len(chunk)
        yield chunk
    if received < length:
        raise http.client.HTTPException(f"the connection ended after {received:,} bytes")


def in_memory(chunks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > LARGEST:
            raise StoreFailure("other", f"its answer is larger than {LARGEST >> 20} MiB")
    return bytes(content)


def text_in(xml: bytes, name: str, key: str) -> str:
    found = re.search(rf"<{name}>([^<]*)</{name}>".encode(), xml)
    if found is None:
        raise StoreFailure("other", f"its answer has no {name}", key)
    return found.group(1).decode()


def failure_of(status: int, content: bytes, key: str) -> StoreFailure:
    code = re.search(rb"<Code>([^<]*)</Code>", content)
    said = re.search(rb"<Message>([^<]*)</Message>", content)
    name = code.group(1).decode(errors="replace") if code else ""
    words = said.group(1).decode(errors="replace") if said else ""
    detail = ": ".join(part for part in (name or f"HTTP {status}", words) if part)
    return StoreFailure(CODES.get(name) or kind_of(status), detail, key)


def kind_of(status: int) -> Kind:
    """The answer to HEAD has no code."""
    if status in (401, 403):
        return "permission"
    if status == 404:
        return "absent"
    if status in (301, 307):
        return "region"
    return "unreachable" if status in (502, 503, 504) else "other"


def unreachable(error: Exception, key: str) -> StoreFailure:
    reason = getattr(error, "reason", error)
    certificate = isinstance(reason, ssl.SSLCertVerificationError)
    detail = reason.verify_message if isinstance(reason, ssl.SSLCertVerificationError) else str(reason)
    return StoreFailure("certificate" if certificate else "unreachable", detail or type(reason).__name__, key)
