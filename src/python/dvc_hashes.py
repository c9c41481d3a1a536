"""The hashes of files and folders by DVC 3, of their bytes, and by DVC 2, which gave texts Unix line ends before."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from ml_pipeline_walk import walk

CHUNK = 1 << 20
# The bytes of a text file by DVC's istextfile.py: DVC 2 hashed such files with Unix line ends.
TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"


class ListingEntry(TypedDict):
    """One file in the listing of a folder."""

    md5: str
    relpath: str


def is_text(block: bytes) -> bool:
    return b"\0" not in block and len(block.translate(None, TEXT)) <= 0.3 * len(block)


def hashes_of_file(path: Path) -> tuple[str, str, int]:
    """The MD5 of a file by DVC 3, its MD5 by DVC 2, and its size in bytes."""
    plain, unix, size = hashlib.md5(), hashlib.md5(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            plain.update(chunk)
            # DVC 2 also decides and replaces per chunk of this size.
            unix.update(chunk.replace(b"\r\n", b"\n") if is_text(chunk[:512]) else chunk)
    return plain.hexdigest(), unix.hexdigest(), size


def files_below(folder: Path) -> Iterator[Path]:
    for directory, folders, names in walk(folder):
        folders.sort()
        yield from (Path(directory, name) for name in sorted(names))


def hashes_of_folder(folder: Path) -> tuple[str, str, int, int]:
    """As `hashes_of_file`, for a folder, whose hash is that of its listing; and the number of its files."""
    plain: list[ListingEntry] = []
    unix: list[ListingEntry] = []
    total = 0
    for path in files_below(folder):
        relative = path.relative_to(folder).as_posix()
        plain_hash, unix_hash, size = hashes_of_file(path)
        plain.append({"md5": plain_hash, "relpath": relative})
        unix.append({"md5": unix_hash, "relpath": relative})
        total += size
    return hash_of_listing(plain), hash_of_listing(unix), total, len(plain)


def hash_of_listing(members: list[ListingEntry]) -> str:
    text = json.dumps(sorted(members, key=lambda one: one["relpath"]), sort_keys=True)
    return hashlib.md5(text.encode()).hexdigest() + ".dir"
