"""Prints the ID of the one image in an OCI archive: the digest of its configuration, equal in every registry.

Called as `image_id.py ARCHIVE RESULT_FILE`.
"""

import sys
import tarfile
from pathlib import Path
from typing import TypedDict

from json_forms import WrongForm, parse


class Descriptor(TypedDict):
    digest: str


class Document(TypedDict, total=False):
    """An index has manifests, a manifest the configuration of its image."""

    manifests: list[Descriptor]
    config: Descriptor


def document(tar: tarfile.TarFile, name: str) -> Document:
    file = tar.extractfile(name)
    if file is None:
        raise WrongForm(f"{name} of the archive is not a file")
    return parse(Document, file.read(), f"{name} of the archive")


def image_id(tar: tarfile.TarFile) -> str:
    name = "index.json"
    found = document(tar, name)
    # An index may hold an index of platforms.
    while "config" not in found:
        if not found.get("manifests"):
            raise WrongForm(f"{name} of the archive names no image")
        name = "blobs/" + found["manifests"][0]["digest"].replace(":", "/")
        found = document(tar, name)
    return found["config"]["digest"]


def main() -> None:
    archive, result = sys.argv[1:]
    with tarfile.open(archive) as tar:
        found = image_id(tar)
    Path(result).write_text(found)


main()
