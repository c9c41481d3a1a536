"""Files that are not what their names say: settings with a mark of their encoding, and pointers of Git LFS."""

import re
from pathlib import Path
from typing import Optional, TypedDict

# What tools read as their settings, and what names packages.
SETTINGS = re.compile(
    r"(^|/)([^/]*\.(toml|cfg|ini)|[^/]*(requirements|constraints)[^/]*\.(txt|in)|requirements/[^/]+\.(txt|in)|Pipfile|\.flake8)$"
)
MARKS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
POINTER = b"version https://git-lfs.github.com/spec/"
# A pointer is a few lines.
LARGEST_POINTER = 1024


class Marked(TypedDict):
    path: str
    # The encoding that the mark at its beginning is of.
    encoding: str


def head_of(path: Path, length: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(length)


def mark_of(path: Path) -> Optional[str]:
    head = head_of(path, 4)
    return next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)


def marked(project: Path, files: list[str]) -> list[Marked]:
    found = [(path, mark_of(project / path)) for path in files if SETTINGS.search(path)]
    return [{"path": path, "encoding": encoding} for path, encoding in found if encoding is not None]


def is_pointer(path: Path) -> bool:
    small = path.is_file() and len(POINTER) < path.stat().st_size <= LARGEST_POINTER
    return small and head_of(path, len(POINTER)) == POINTER


def pointers(project: Path, files: list[str]) -> list[str]:
    """Files of a checkout that Git LFS has not fetched."""
    return [path for path in files if is_pointer(project / path)]
