"""Describes the only image in an OCI archive: its ID, its size, and which folders of it are large.

The ID is the digest of its configuration, which no registry changes.
Called as `image_id.py ARCHIVE RESULT_FILE`.
"""

import sys
import tarfile
from collections import Counter
from typing import TypedDict

from oci_archive import Document, blob, layers, manifest, text
from typed_json import write

SHOWN_FOLDERS = 8


class Folder(TypedDict):
    path: str
    bytes: int


class Image(TypedDict):
    id: str
    # The text of its configuration.
    configuration: str
    bytes: int
    folders: list[Folder]


def folder_of(path: str) -> str:
    """The folder that a file counts for: a package of Python, a folder of the project, or one of the root."""
    parts = path.removeprefix("./").split("/")[:-1]
    if "site-packages" in parts:
        return "/" + "/".join(parts[: parts.index("site-packages") + 2])
    if parts[:1] == ["app"]:
        return "/" + "/".join(parts[: 3 if parts[1:2] == ["src"] else 2])
    return "/" + "/".join(parts[:1])


def largest(tar: tarfile.TarFile, image: Document) -> list[Folder]:
    sizes: Counter[str] = Counter()
    for layer in layers(tar, image):
        for file in layer:
            sizes[folder_of(file.name)] += file.size
    ranked = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    return [{"path": path, "bytes": size} for path, size in ranked[:SHOWN_FOLDERS] if size > 0]


def main(archive: str, result: str) -> None:
    with tarfile.open(archive) as tar:
        found = manifest(tar)
        size = sum(tar.getmember(blob(layer)).size for layer in found.get("layers", []))
        image: Image = {
            "id": found["config"]["digest"],
            "configuration": text(tar, blob(found["config"])),
            "bytes": size,
            "folders": largest(tar, found),
        }
    write(image, result)


main(*sys.argv[1:])
