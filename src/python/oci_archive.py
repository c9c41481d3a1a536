"""Reads the only image in an OCI archive."""

import tarfile
from typing import TypedDict

from typed_json import SchemaMismatch, parse


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
    file = tar.extractfile(name)
    if file is None:
        raise SchemaMismatch(f"{name} of the archive is not a file")
    return parse(Document, file.read(), f"{name} of the archive")


def blob(descriptor: Descriptor) -> str:
    return "blobs/" + descriptor["digest"].replace(":", "/")
