"""Where two files differ, and what is there, as far as the form of the files tells it."""

import gzip
import json
import pickletools
import zipfile
from pathlib import Path
from typing import Optional, TypedDict

CHUNK = 1 << 20
# Larger files are not looked into.
LARGEST = 64 << 20
GZIP = b"\x1f\x8b"
# Where a gzip file has the time at which it was written.
GZIP_TIME = slice(4, 8)


class RequiredDifference(TypedDict):
    path: str
    # The first byte that differs, from 0.
    offset: int
    # So many bytes differ, with those that only one of both has.
    bytes: int
    sizes: list[int]


class Difference(RequiredDifference, total=False):
    # What is there: a line of a text, a member of an archive, what is near in a pickle.
    place: str
    # Only times that the form of the file has differ, and no content.
    onlyTimes: bool


def difference(path: str, first: Path, second: Path) -> Optional[Difference]:
    """The difference of two files; None where they are the same."""
    offset, count, position = -1, 0, 0
    with first.open("rb") as one, second.open("rb") as other:
        while True:
            ours, theirs = one.read(CHUNK), other.read(CHUNK)
            if not ours and not theirs:
                break
            if ours != theirs:
                length = min(len(ours), len(theirs))
                differing = differing_bytes(ours[:length], theirs[:length])
                if offset < 0:
                    same = next((at for at, value in enumerate(differing) if value), length)
                    offset = position + same
                count += len(differing) - differing.count(0) + abs(len(ours) - len(theirs))
            position += CHUNK
    if offset < 0:
        return None
    sizes = [first.stat().st_size, second.stat().st_size]
    return {"path": path, "offset": offset, "bytes": count, "sizes": sizes, **told(first, second, offset)}


def differing_bytes(ours: bytes, theirs: bytes) -> bytes:
    """For each byte of two texts of one length, 0 where they are the same."""
    mixed = int.from_bytes(ours, "little") ^ int.from_bytes(theirs, "little")
    return mixed.to_bytes(len(ours), "little")


class Told(TypedDict, total=False):
    place: str
    onlyTimes: bool


def told(first: Path, second: Path, offset: int) -> Told:
    if max(first.stat().st_size, second.stat().st_size) > LARGEST:
        return {}
    try:
        if zipfile.is_zipfile(first) and zipfile.is_zipfile(second):
            return of_archive(first, second)
        ours, theirs = first.read_bytes(), second.read_bytes()
        if ours.startswith(GZIP) and theirs.startswith(GZIP):
            return of_gzip(ours, theirs)
        return of_bytes(ours, offset)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile):
        # What is damaged is only told by its bytes.
        return {}


def of_archive(first: Path, second: Path) -> Told:
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        ours, theirs = one.infolist(), other.infolist()
        if [each.filename for each in ours] != [each.filename for each in theirs]:
            return {"place": "the names in the archive, or their order"}
        for mine, yours in zip(ours, theirs):
            if mine.CRC != yours.CRC:
                return {"place": f"{mine.filename} in the archive"}
        same = [each.date_time for each in ours] == [each.date_time for each in theirs]
        return {} if same else {"place": "the times of the entries of the archive", "onlyTimes": True}


def of_gzip(ours: bytes, theirs: bytes) -> Told:
    mine, yours = gzip.decompress(ours), gzip.decompress(theirs)
    if mine == yours:
        times = ours[GZIP_TIME] != theirs[GZIP_TIME]
        return {"place": "the time in the header of gzip", "onlyTimes": True} if times else {}
    length = min(len(mine), len(yours))
    differing = differing_bytes(mine[:length], yours[:length])
    offset = next((at for at, value in enumerate(differing) if value), length)
    inner = of_bytes(mine, offset).get("place")
    return {"place": f"byte {offset} of what is compressed" + ("" if inner is None else f", {inner}")}


def of_bytes(content: bytes, offset: int) -> Told:
    if content[:1] == b"\x80":
        name = name_before(content, offset)
        return {} if name is None else {"place": f"after {json.dumps(name)} in the pickle"}
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return {}
    return {"place": f"line {content.count(10, 0, offset) + 1}"}


def name_before(content: bytes, offset: int) -> Optional[str]:
    """The last text of a pickle before a byte: the name of the attribute that has it, as a rule."""
    name: Optional[str] = None
    try:
        for code, value, position in pickletools.genops(content):
            if position is not None and position > offset:
                break
            if "UNICODE" in code.name and isinstance(value, str):
                name = value
    except ValueError:
        # Arrays of joblib lie between the parts of the pickle.
        return name
    return name
