"""Finds what looks like keys, tokens and passwords in the files of a folder.

Called as `find_secrets.py FOLDER RESULT`. RESULT gets a `Scan`, which says where something was found and of which
kind, and never the secret itself. Archives and compressed files are looked into.
"""

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Callable, NamedTuple, Optional, TypedDict

from ml_pipeline_walk import walk
from secret_forms import LONGEST_NAME, matches
from typed_json import write
from unpacked import Content, Unpacker, Unread


class Place(TypedDict):
    # Relative to the folder.
    path: str
    # The path within an archive; empty for the file itself.
    inside: str


class Finding(Place):
    # From 1; 0 in binary content, which has no lines.
    line: int
    kind: str


class UnreadFile(TypedDict):
    path: str
    # The end of a sentence.
    why: str


class Scan(TypedDict):
    files: int
    bytes: int
    findings: list[Finding]
    # The files of archives, which may be secrets by their names.
    packed: list[Place]
    unread: list[UnreadFile]
    # Files that are pointers of Git LFS.
    pointers: list[str]


class Window(NamedTuple):
    """A part of a content. Parts overlap, so that each secret is whole in one of them."""

    text: bytes
    # Matches that begin before or behind are another window's.
    begin: int
    end: int
    # The line of its first byte.
    line: int


POINTER = b"version https://git-lfs.github.com/spec/"
# Longer than a line that is looked at for an approval, and than what tells a secret.
OVERLAP = 8192
# What other scanners take for an approval.
APPROVED = (b"pragma: allowlist secret", b"gitleaks:allow")
# Secrets in binary content are texts in it, and no form of one is shorter.
SHORTEST = 20
PRINTABLE = bytes(1 if 32 <= byte < 127 or byte in b"\t\n\r" else 0 for byte in range(256))
RUN = b"\1" * SHORTEST
# Of the numbers that say how long a text is, in bytes.
WIDTHS = (1, 4, 8)


def findings(content: Content) -> Iterator[tuple[int, str]]:
    """Lines and kinds: one finding for each line, of the most definite kind."""
    first = next(content.blocks, b"")
    blocks = chain([first], content.blocks)
    encoding = wide_encoding(first)
    if encoding is not None:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        yield from in_text(decoder.decode(block).encode(errors="replace") for block in blocks)
    elif b"\0" in first[:OVERLAP]:
        yield from in_binary(blocks)
    else:
        yield from in_text(blocks)


def wide_encoding(first: bytes) -> Optional[str]:
    """UTF-16 by its mark or, without one, by the zeros of its plain letters."""
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = first[:OVERLAP]
    for encoding, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros and zeros.count(0) > 0.9 * len(zeros) and letters.count(0) == 0:
            return encoding
    return None


def in_text(blocks: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    kinds: dict[int, tuple[int, str]] = {}
    for window in windows(blocks):
        line, counted = window.line, 0
        # The most definite kinds come first, and lines are counted from one match to the next.
        ranked = ((place, rank, kind) for rank, (place, kind) in enumerate(matches(window.text)))
        for place, rank, kind in sorted(ranked):
            line, counted = line + window.text.count(b"\n", counted, place), place
            if window.begin <= place < window.end and not is_approved(window.text, place):
                kinds[line] = min(kinds.get(line, (rank, kind)), (rank, kind))
    yield from ((line, kind) for line, (_, kind) in sorted(kinds.items()))


def is_approved(text: bytes, place: int) -> bool:
    end = text.find(b"\n", place)
    whole = text[text.rfind(b"\n", 0, place) + 1 : end if end >= 0 else len(text)]
    return any(mark in whole for mark in APPROVED)


def windows(blocks: Iterable[bytes]) -> Iterator[Window]:
    text, begin, line = b"", 0, 1
    for block in blocks:
        text += block
        if len(text) > 4 * OVERLAP:
            end = len(text) - OVERLAP
            yield Window(text, begin, end, line)
            line += text.count(b"\n", 0, end - OVERLAP)
            text, begin = text[end - OVERLAP :], OVERLAP
    yield Window(text, begin, len(text), line)


def in_binary(blocks: Iterable[bytes]) -> Iterator[tuple[int, str]]:
    kinds = {kind for text in texts_in(blocks) for _, kind in matches(text)}
    yield from ((0, kind) for kind in sorted(kinds))


def texts_in(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The texts in binary content, each with a little of what is in front of it, where its name may be."""
    kept = b""
    for block in blocks:
        part = kept + block
        printable = part.translate(PRINTABLE)
        start, end = printable.find(RUN), 0
        while start >= 0:
            end = printable.find(b"\0", start)
            if end < 0:
                break
            yield from texts_at(part, start, end)
            start = printable.find(RUN, end)
        # A text that goes on is kept, but no endless one.
        kept = part[max(0, start - 2 * LONGEST_NAME) :] if start >= 0 else part[-SHORTEST - 2 * LONGEST_NAME :]
        if len(kept) > len(block) + OVERLAP:
            yield kept
            kept = kept[-OVERLAP:]
    yield kept


def texts_at(part: bytes, start: int, end: int) -> Iterator[bytes]:
    """A text, and what of it its length in front says, since formats such as pickle put no space behind a text."""
    before = max(0, start - 2 * LONGEST_NAME)
    yield part[before:end]
    lengths = [(start, int.from_bytes(part[start - width : start], "little")) for width in WIDTHS if start >= width]
    # A length or a tag may be a printable character itself.
    for begin, length in [*lengths, *((place + 1, part[place]) for place in (start, start + 1))]:
        if SHORTEST <= length <= end - begin:
            yield part[before:begin] + b"\n" * (begin > start) + part[begin : begin + length]


def files_below(folder: Path, unlisted: Callable[[OSError], None]) -> Iterator[Path]:
    for parent, folders, names in walk(folder, unlisted):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            try:
                # A link is not followed: what it leads to is a file of its own, or not in the folder.
                is_read = path.is_file() and not path.is_symlink()
            except OSError as error:
                unlisted(error)
            else:
                if is_read:
                    yield path


def scan_file(path: Path, name: str, scan: Scan) -> None:
    unpacker = Unpacker()
    try:
        for content in unpacker.contents(path):
            if content.inside:
                scan["packed"].append({"path": name, "inside": content.inside})
            for line, kind in findings(content):
                scan["findings"].append({"path": name, "inside": content.inside, "line": line, "kind": kind})
    except Unread as error:
        unpacker.unread.append(str(error))
    scan["unread"].extend({"path": name, "why": why} for why in unpacker.unread)


def is_pointer(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(POINTER)) == POINTER


def main(folder: str, result: str) -> None:
    scan: Scan = {"files": 0, "bytes": 0, "findings": [], "packed": [], "unread": [], "pointers": []}

    def unlisted(error: OSError) -> None:
        name = os.fsencode(os.path.relpath(error.filename, folder)).decode(errors="replace")
        scan["unread"].append({"path": name, "why": f"cannot be read: {error.strerror}"})

    for path in files_below(Path(folder), unlisted):
        scan["files"] += 1
        scan["bytes"] += path.stat().st_size
        name = os.fsencode(path.relative_to(folder)).decode(errors="replace")
        scan_file(path, name, scan)
        if is_pointer(path):
            scan["pointers"].append(name)
    write(scan, result)


if __name__ == "__main__":
    main(*sys.argv[1:])
