"""Reads the only image in an OCI archive."""

import io
import tarfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, TypedDict, cast

from typed_json import SchemaMismatch, parse

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Descriptor(TypedDict):
    digest: str


class Document(TypedDict, total=False):
    """An OCI index, which has `manifests`, or an image manifest, which has a `config` and `layers`."""

    manifests: list[Descriptor]
    config: Descriptor
    layers: list[Descriptor]


def manifest(tar: tarfile.TarFile) -> Document:
    name = "index.json"
    found = document(tar, name)
    # An index may contain another index, for several platforms.
    while "config" not in found:
        if not found.get("manifests"):
            raise SchemaMismatch(f"{name} of the archive names no image")
        name = blob(found["manifests"][0])
        found = document(tar, name)
    return found


def document(tar: tarfile.TarFile, name: str) -> Document:
    return parse(Document, text(tar, name), f"{name} of the archive")


def text(tar: tarfile.TarFile, name: str) -> str:
    file = tar.extractfile(name)
    if file is None:
        raise SchemaMismatch(f"{name} of the archive is not a file")
    return file.read().decode()


def blob(descriptor: Descriptor) -> str:
    return "blobs/" + descriptor["digest"].replace(":", "/")


def layers(tar: tarfile.TarFile, image: Document) -> Iterator[tarfile.TarFile]:
    """The layers of an image, from the lowest on; each can be read until the next one is asked for."""
    for layer in image.get("layers", []):
        member = tar.getmember(blob(layer))
        file = tar.extractfile(member)
        if file is None:
            raise SchemaMismatch(f"{member.name} of the archive is not a file")
        ended = io.BufferedReader(Ended(file, member.size))
        with tarfile.open(fileobj=cast(IO[bytes], ended), mode="r:") as files:
            yield files


class Ended(io.RawIOBase):
    """A layer, and the zeros that end an archive.

    Some builders of images, umoci for one, leave these zeros out, and those that fill the block of the last file. Every
    runtime of containers takes such a layer, and Python does not.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file = file
        self.size = size
        self.end = size + -size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.end}
        self.at = max(0, start[whence] + offset)
        return self.at

    def readinto(self, buffer: "WriteableBuffer") -> int:
        with memoryview(buffer) as target:
            length = max(0, min(len(target), self.end - self.at))
            self.file.seek(min(self.at, self.size))
            target[:length] = self.file.read(length).ljust(length, b"\0")
        self.at += length
        return length
