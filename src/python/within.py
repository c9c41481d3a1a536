"""Reads answers of servers that may never end: within a time, from the request to the last byte, and up to a size."""

import http.client
import socket
import threading
import time
from typing import Callable, Generic, Optional, TypeVar

T = TypeVar("T")
CHUNK = 1 << 16


class TooLarge(http.client.HTTPException):
    """An answer is larger than allowed; the message names the limit."""


class Call(Generic[T]):
    """A call in a thread of its own, because a socket's timeout begins again with each byte."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.result: list[T] = []
        self.error: Optional[Exception] = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        try:
            self.result.append(self.work())
        except Exception as error:
            # The caller raises it.
            self.error = error


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result of a call; raises TimeoutError, which names the limit, when it takes longer. The call then goes on."""
    call = Call(work)
    call.thread.start()
    call.thread.join(seconds)
    # The work has longer limits of its own: on a busy machine they are noticed before this one is.
    if call.error is not None and not isinstance(call.error, (TimeoutError, socket.timeout)):
        raise call.error
    if not call.result:
        raise TimeoutError(f"no whole answer within {seconds:g} s, the limit of limits.answer-seconds")
    return call.result[0]


def too_large(most: float) -> str:
    return f"the answer is larger than {most / 1e6:g} MB, the limit of limits.answer-megabytes"


def read_up_to(response: http.client.HTTPResponse, most: float, seconds: float) -> bytes:
    """The body of a response; raises TooLarge beyond `most` bytes. It does not outlive the caller who waits so long."""
    ends = time.monotonic() + seconds
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read1(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise TooLarge(too_large(most))
        if time.monotonic() > ends:
            raise TimeoutError("the answer took too long")
    missing = response.length
    # `read1` leaves a response open whose body it has read, and its connection could not be used again.
    response.close()
    if missing:
        raise http.client.IncompleteRead(b"", missing)
    return b"".join(chunks)
