"""Opens a table's file unpacked, whatever it is packed by."""

import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

BLOCK = 1 << 20


class Unzstd(io.RawIOBase):
    """The content of a file that is packed by zstd; raises OSError where it is damaged."""

    def __init__(self, packed: BinaryIO) -> None:
        # It is among the tools of data alone, and only files of this kind need it.
        import zstandard

        self.packed = packed
        self.damaged = zstandard.ZstdError
        # Windows of any size: `zstd --long` makes them of up to 2 GB.
        unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 31)
        self.stream = unpacker.stream_reader(packed, read_across_frames=True)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            text: bytes = self.stream.read(len(view))
        except self.damaged as error:
            raise OSError(str(error)) from None
        view[: len(text)] = text
        return len(text)

    def close(self) -> None:
        self.packed.close()
        super().close()


def open_binary(path: str) -> BinaryIO:
    name = path.lower()
    if name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path))
    if name.endswith(".zst"):
        return cast(BinaryIO, io.BufferedReader(Unzstd(Path(path).open("rb")), BLOCK))
    return Path(path).open("rb")


def write_binary(path: Path) -> BinaryIO:
    """Opens a file for writing what its name says that it is packed by."""
    name = path.name.lower()
    if name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "wb"))
    if name.endswith(".zst"):
        import zstandard

        return cast(BinaryIO, zstandard.ZstdCompressor().stream_writer(path.open("wb")))
    return path.open("wb")


def open_text(path: str, encoding: str) -> io.TextIOWrapper:
    """Its line ends are as they are, and what cannot be read in it is replaced."""
    return io.TextIOWrapper(open_binary(path), encoding, "replace", newline="")
