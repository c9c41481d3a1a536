"""Writes the ID of the only image in an OCI archive: the digest of its configuration, which no registry changes.

Called as `image_id.py ARCHIVE RESULT_FILE`.
"""

import sys
import tarfile
from pathlib import Path
from typing import TypedDict

from typed_json import SchemaMismatch, parse


class Descriptor(TypedDict):
    digest: str


class Document(TypedDict, total=False):
    """An OCI index, which has `manifests`, or an image manifest, which has a `config`."""

    manifests: list[Descriptor]
    config: Descriptor


def document(tar: tarfile.TarFile, name: str) -> Document:
    file = tar.extractfile(name)
    if file is None:
        raise SchemaMismatch(f"{name} of the archive is not a file")
    return parse(Document, file.read(), f"{name} of the archive")


def image_id(tar: tarfile.TarFile) -> str:
    name = "index.json"
    found = document(tar, name)
    # An index may contain another index, for several platforms.
    while "config" not in found:
        if not found.get("manifests"):
            raise SchemaMismatch(f"{name} of the archive names no image")
        name = "blobs/" + found["manifests"][0]["digest"].replace(":", "/")
        found = document(tar, name)
    return found["config"]["digest"]


def main() -> None:
    archive, result = sys.argv[1:]
    with tarfile.open(archive) as tar:
        found = image_id(tar)
    Path(result).write_text(found)


main()
