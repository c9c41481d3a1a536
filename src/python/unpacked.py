"""Reads what is in a file: its own content, or that of the archives and compressed files that it consists of."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Callable, NamedTuple, cast

BLOCK = 1 << 22
HEAD = 512
# Archives within archives, and all that is unpacked of one file: a small file may unpack to no end.
MAX_DEPTH = 4
MAX_BYTES = 4 << 30
TAR_MAGIC, TAR_PLACE = b"ustar", 257
ZIP_MAGIC = b"PK\x03\x04"


class Content(NamedTuple):
    # The path within the archive; empty for the file itself.
    inside: str
    blocks: Iterator[bytes]


class Unread(Exception):
    """Some of a file could not be looked at; the message says why, as the end of a sentence."""


class Unzlib(io.RawIOBase):
    """A stream of zlib, as joblib writes it."""

    def __init__(self, packed: BinaryIO) -> None:
        self.packed = packed
        self.object = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        while not self.object.eof:
            packed = self.object.unconsumed_tail or self.packed.read(1 << 16)
            if not packed:
                raise EOFError
            text = self.object.decompress(packed, len(view))
            if text:
                view[: len(text)] = text
                return len(text)
        return 0


Opener = Callable[[BinaryIO], object]
COMPRESSED: list[tuple[bytes, Opener]] = [
    (b"\x1f\x8b\x08", lambda packed: gzip.GzipFile(fileobj=packed, mode="rb")),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    *((head, Unzlib) for head in (b"x\x01", b"x^", b"x\x9c", b"x\xda")),
]
# What is told and not looked into.
OTHERS = {
    b"\x28\xb5\x2f\xfd": "is packed by zstd",
    b"\x04\x22\x4d\x18": "is packed by lz4",
    b"7z\xbc\xaf\x27\x1c": "is packed by 7-Zip",
    b"Rar!\x1a\x07": "is packed by RAR",
}
DAMAGED = (
    OSError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
    RuntimeError,
    ValueError,
)


class Unpacker:
    """Reads one file. What cannot be looked at is in `unread` afterwards."""

    def __init__(self) -> None:
        self.left = MAX_BYTES
        self.unread: list[str] = []

    def contents(self, path: Path) -> Iterator[Content]:
        with path.open("rb") as file:
            yield from self.of_stream(file, "", 0)

    def of_stream(self, stream: BinaryIO, inside: str, depth: int) -> Iterator[Content]:
        reader = io.BufferedReader(cast(io.RawIOBase, stream), BLOCK)
        head = reader.peek(HEAD)[:HEAD]
        unpacked = next((opener for magic, opener in COMPRESSED if head.startswith(magic)), None)
        other = next((why for magic, why in OTHERS.items() if head.startswith(magic)), None)
        if other is not None:
            self.skip(inside, other)
        elif depth >= MAX_DEPTH and (unpacked or head.startswith(ZIP_MAGIC)):
            self.skip(inside, "is packed more than four times")
        elif head.startswith(ZIP_MAGIC) and reader.seekable():
            yield from self.of_zip(reader, inside, depth)
        elif head[TAR_PLACE:].startswith(TAR_MAGIC) and reader.seekable():
            yield from self.of_tar(reader, inside, depth)
        elif unpacked is not None:
            try:
                yield from self.of_stream(cast(BinaryIO, unpacked(cast(BinaryIO, reader))), inside, depth + 1)
            except DAMAGED:
                # A text may begin like something packed.
                if not head.startswith(b"x"):
                    self.skip(inside, "is packed and damaged")
                elif reader.seekable():
                    reader.seek(0)
                    yield Content(inside, self.blocks(reader, inside, depth))
        else:
            yield Content(inside, self.blocks(reader, inside, depth))

    def of_zip(self, reader: "io.BufferedReader[io.RawIOBase]", inside: str, depth: int) -> Iterator[Content]:
        try:
            with zipfile.ZipFile(reader) as archive:
                for member in archive.infolist():
                    if member.is_dir():
                        continue
                    name = joined(inside, member.filename)
                    try:
                        with archive.open(member) as file:
                            yield from self.of_stream(cast(BinaryIO, file), name, depth + 1)
                    except DAMAGED:
                        self.skip(name, "is encrypted" if member.flag_bits & 1 else "is packed and damaged")
        except DAMAGED:
            # It only begins like an archive.
            reader.seek(0)
            yield Content(inside, self.blocks(reader, inside, depth))

    def of_tar(self, reader: "io.BufferedReader[io.RawIOBase]", inside: str, depth: int) -> Iterator[Content]:
        try:
            with tarfile.open(fileobj=reader, mode="r:") as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isfile() else None
                    if file is not None:
                        yield from self.of_stream(cast(BinaryIO, file), joined(inside, member.name), depth + 1)
        except DAMAGED:
            self.skip(inside, "is a damaged archive")

    def blocks(self, reader: "io.BufferedReader[io.RawIOBase]", inside: str, depth: int) -> Iterator[bytes]:
        while block := self.block(reader, inside, depth):
            yield block

    def block(self, reader: "io.BufferedReader[io.RawIOBase]", inside: str, depth: int) -> bytes:
        """The next block; none where the rest is damaged."""
        if depth == 0:
            return reader.read1(BLOCK)
        try:
            block = reader.read1(BLOCK)
        except DAMAGED:
            self.skip(inside, "is packed and damaged")
            return b""
        self.left -= len(block)
        if self.left < 0:
            raise Unread("unpacks to more than 4 GB")
        return block

    def skip(self, inside: str, why: str) -> None:
        self.unread.append(f"{inside}: {why}" if inside else why)


def joined(inside: str, name: str) -> str:
    return f"{inside}/{name}" if inside else name
