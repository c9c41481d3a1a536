"""Signs requests to S3 as AWS describes it: Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple, Optional
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "s3"


class Credentials(NamedTuple):
    key: str
    secret: str
    # Of credentials that are lent for a time; empty for those of a user.
    token: str


class Request(NamedTuple):
    method: str
    # With the port, where it is not that of the scheme.
    host: str
    # Not encoded: S3 encodes each byte of it once.
    path: str
    query: Mapping[str, str]
    # Beside those that signing adds.
    headers: Mapping[str, str]
    # SHA-256 of the body in hexadecimal digits.
    payload: str


def encoded_path(path: str) -> str:
    return quote(path, safe="/-_.~")


def encoded_query(query: Mapping[str, str]) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def signed_headers(request: Request, credentials: Optional[Credentials], region: str, time: str) -> dict[str, str]:
    """The headers to send. `time` has the form 20261129T120000Z; without credentials nothing is signed."""
    headers = {name.lower(): " ".join(value.split()) for name, value in request.headers.items()}
    headers.update({"host": request.host, "x-amz-content-sha256": request.payload, "x-amz-date": time})
    if credentials is None:
        return headers
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    path, query = encoded_path(request.path), encoded_query(request.query)
    canonical = "\n".join([request.method, path, query, lines, names, request.payload])
    scope = f"{time[:8]}/{region}/{SERVICE}/aws4_request"
    text = "\n".join([ALGORITHM, time, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac_of(key, part)
    signature = hmac_of(key, text).hex()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def hmac_of(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
