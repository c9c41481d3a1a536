"""Speaks to served models as usual clients do, so that no header tells a server that it is measured."""

import http.client
import urllib.parse
import zlib
from typing import Optional

from within import TooLarge, read_up_to, too_large

# What Python's requests sends, in its order.
USUAL = {
    "User-Agent": "python-requests/2.34.2",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
}
MAX_REDIRECTS = 5
REDIRECTS = range(300, 400)


class Unreadable(http.client.HTTPException):
    """The body of an answer cannot be unpacked; the message says why."""


def headers_for(port: Optional[int], body: Optional[bytes] = None, kind: str = "application/json") -> dict[str, str]:
    """All headers of a request. The real name of the host would say which of the models is meant."""
    described = {} if body is None else {"Content-Length": str(len(body)), "Content-Type": kind}
    return {"Host": f"localhost:{port}", **USUAL, **described}


def get_status(url: str, seconds: float, most: float) -> int:
    """The status of a GET, after redirects to other paths of the same server."""
    parts = urllib.parse.urlsplit(url)
    target = path_of(url)
    for _ in range(MAX_REDIRECTS):
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
        try:
            connection.request("GET", target, headers=headers_for(parts.port))
            response = connection.getresponse()
            location = response.getheader("Location")
            # Closing a connection without reading the response would put an error into the server's log.
            read_up_to(response, most, seconds)
        finally:
            connection.close()
        if response.status not in REDIRECTS or location is None:
            return response.status
        target = path_of(urllib.parse.urljoin(target, location))
    raise http.client.HTTPException(f"more than {MAX_REDIRECTS} redirects")


def path_of(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))


def read_answer(response: http.client.HTTPResponse, most: float, seconds: float) -> bytes:
    """The body of a response, unpacked; raises TooLarge where it has more than `most` bytes, packed or not."""
    body = read_up_to(response, most, seconds)
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing == "identity":
        return body
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable(f"the answer is packed as {packing}, and the client takes gzip and deflate")
    try:
        return unpacked(body, most, zlib.MAX_WBITS | 32)
    except zlib.error:
        if packing != "deflate":
            raise Unreadable(f"the answer is said to be packed as {packing}, and is not") from None
    try:
        # Many servers send it without the header of zlib, and clients take both.
        return unpacked(body, most, -zlib.MAX_WBITS)
    except zlib.error:
        raise Unreadable("the answer is said to be packed as deflate, and is not") from None


def unpacked(body: bytes, most: float, form: int) -> bytes:
    text = b""
    rest = body
    while rest:
        stream = zlib.decompressobj(form)
        text += stream.decompress(rest, int(most) + 1 - len(text))
        if len(text) > most:
            raise TooLarge(too_large(most))
        if not stream.eof:
            raise Unreadable("the packed answer has no end")
        rest = stream.unused_data
    return text
