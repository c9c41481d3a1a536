"""Reads the body of a request, up to a size."""

import re
from email.message import Message
from io import BufferedIOBase

SIZE = re.compile(rb"([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?\r\n")
# A line of a chunk's size, or of what follows the last chunk.
LONGEST_LINE = 1024
MOST_TRAILERS = 100


class UnreadableBody(ValueError):
    """A body of another form; the message says which."""


class BodyTooLarge(ValueError):
    """A body of more bytes than are read."""


def read_body(headers: Message, stream: BufferedIOBase, most: int) -> bytes:
    """The body, with its length or in chunks, as proxies pass it on."""
    if (headers.get("Transfer-Encoding") or "").strip().lower() == "chunked":
        return in_chunks(stream, most)
    length = headers.get("Content-Length") or ""
    if not re.fullmatch(r"[0-9]{1,18}", length):
        raise UnreadableBody("the length of the body is not said")
    return whole(stream, int(length), most)


def in_chunks(stream: BufferedIOBase, most: int) -> bytes:
    body = b""
    while size := size_of(stream.readline(LONGEST_LINE)):
        body += whole(stream, size, most - len(body))
        if stream.read(2) != b"\r\n":
            raise UnreadableBody("a chunk of the body has no end")
    for _ in range(MOST_TRAILERS):
        if stream.readline(LONGEST_LINE) in (b"\r\n", b"\n", b""):
            return body
    raise UnreadableBody("the body has no end")


def size_of(line: bytes) -> int:
    found = SIZE.fullmatch(line)
    if found is None:
        raise UnreadableBody("a chunk of the body has no size")
    return int(found[1], 16)


def whole(stream: BufferedIOBase, length: int, most: int) -> bytes:
    if length > most:
        raise BodyTooLarge
    body = stream.read(length)
    if len(body) < length:
        raise UnreadableBody("the body ends too early")
    return body
