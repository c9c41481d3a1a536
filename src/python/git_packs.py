"""Reads the packs of a git repository: many objects in one file, most of them as the difference from another one."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Optional

INDEX = b"\xfftOc\x00\x00\x00\x02"
FANOUT = 256 * 4
KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
# The difference from an object that is told by its place in the pack, and by its name.
BY_PLACE, BY_NAME = 6, 7
# An offset beyond two gigabytes is in a table of its own.
LARGE = 0x80000000
CHUNK = 1 << 16


class Damaged(Exception):
    """A repository that is not as git writes it; the message says what."""


class Pack:
    """A pack with its index, whose objects are named by hashes of `width` bytes."""

    def __init__(self, index: Path, width: int) -> None:
        self.index = index.read_bytes()
        self.path = index.with_suffix(".pack")
        self.width = width
        if not self.index.startswith(INDEX):
            raise Damaged(f"{index.name} is an index of an old form: `git gc` writes it anew")
        self.count = self.number(8 + FANOUT - 4)
        self.names = 8 + FANOUT
        self.file: Optional[BinaryIO] = None

    def number(self, at: int, size: int = 4) -> int:
        return int.from_bytes(self.index[at : at + size], "big")

    def name(self, place: int) -> bytes:
        return self.index[self.names + place * self.width : self.names + (place + 1) * self.width]

    def named(self, prefix: str) -> Iterator[str]:
        """Objects whose names begin so, at least two digits of it."""
        first = int(prefix[:2], 16)
        start = self.number(8 + (first - 1) * 4) if first else 0
        for place in range(start, self.number(8 + first * 4)):
            name = self.name(place).hex()
            if name.startswith(prefix):
                yield name

    def offset(self, name: str) -> Optional[int]:
        wanted, first = bytes.fromhex(name), int(name[:2], 16)
        low, high = self.number(8 + (first - 1) * 4) if first else 0, self.number(8 + first * 4)
        while low < high:
            middle = (low + high) // 2
            if self.name(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if low >= self.count or self.name(low) != wanted:
            return None
        offsets = self.names + self.count * (self.width + 4)
        offset = self.number(offsets + low * 4)
        return self.number(offsets + self.count * 4 + (offset - LARGE) * 8, 8) if offset & LARGE else offset

    def read(self, offset: int, objects: "Objects") -> tuple[str, bytes]:
        """The kind and the content of the object there."""
        if self.file is None:
            self.file = self.path.open("rb")
        # A chain of differences may be deeper than Python calls.
        differences: list[bytes] = []
        while True:
            self.file.seek(offset)
            kind = self.header()
            if kind == BY_PLACE:
                base = offset - self.distance()
                differences.append(inflated(self.file))
                offset = base
            elif kind == BY_NAME:
                name = self.file.read(self.width).hex()
                differences.append(inflated(self.file))
                found, content = objects.read(name)
                break
            elif kind in KINDS:
                found, content = KINDS[kind], inflated(self.file)
                break
            else:
                raise Damaged(f"{self.path.name} has an object of a kind that git does not know")
        for difference in reversed(differences):
            content = changed(content, difference)
        return found, content

    def byte(self) -> int:
        assert self.file is not None
        found = self.file.read(1)
        if not found:
            raise Damaged(f"{self.path.name} ends too early")
        return found[0]

    def header(self) -> int:
        first = byte = self.byte()
        while byte & 0x80:
            byte = self.byte()
        return first >> 4 & 7

    def distance(self) -> int:
        byte = self.byte()
        value = byte & 0x7F
        while byte & 0x80:
            byte = self.byte()
            value = (value + 1) << 7 | byte & 0x7F
        return value


class Objects:
    """What a pack asks for an object that is not in it."""

    def read(self, name: str) -> tuple[str, bytes]:
        raise NotImplementedError


def inflated(file: BinaryIO) -> bytes:
    inflater = zlib.decompressobj()
    parts: list[bytes] = []
    while not inflater.eof:
        chunk = file.read(CHUNK)
        if not chunk:
            raise Damaged("an object of a pack ends too early")
        parts.append(inflater.decompress(chunk))
    return b"".join(parts)


def changed(base: bytes, difference: bytes) -> bytes:
    """An object by its difference from another one: parts of that, and bytes of its own."""
    at = 0
    for _ in range(2):
        # The sizes of both.
        while difference[at] & 0x80:
            at += 1
        at += 1
    parts: list[bytes] = []
    while at < len(difference):
        command = difference[at]
        at += 1
        if command & 0x80:
            start = size = 0
            for place in range(7):
                if command >> place & 1:
                    if place < 4:
                        start |= difference[at] << 8 * place
                    else:
                        size |= difference[at] << 8 * (place - 4)
                    at += 1
            parts.append(base[start : start + (size or 0x10000)])
        else:
            parts.append(difference[at : at + command])
            at += command
    return b"".join(parts)
