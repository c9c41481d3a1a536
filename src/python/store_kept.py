"""What a store holds of what it was given: whether it can be read back, and is what its name says."""

import hashlib
from typing import Callable, Literal, Protocol

from store_failure import StoreFailure

State = Literal["whole", "damaged", "absent"]


class Readable(Protocol):
    def sha256_of(self, key: str) -> str: ...


def state_of(store: Readable, key: str, sha256: str) -> State:
    """Reads an object to its end: that there is one by that name says nothing of its content."""
    try:
        return "whole" if store.sha256_of(key) == sha256 else "damaged"
    except StoreFailure as failure:
        if failure.kind == "absent":
            return "absent"
        raise


def keep(store: Readable, key: str, sha256: str, write: Callable[[], object]) -> None:
    """Writes an object, and reads it back, so that nothing is named by a version or a pointer that cannot be."""
    write()
    if state_of(store, key, sha256) != "whole":
        raise StoreFailure("damaged", "it was written just now, and what is read back is not that", key)


def sha256_in(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
