"""Looks through all lines of a text file for what DuckDB would read without a word, or could not read."""

import codecs
import csv
import io
from collections.abc import Iterator

from table_duckdb import DescribedFile, Problem
from table_head import BLOCK, open_binary


def blocks_of(path: str, encoding: str) -> Iterator[bytes]:
    """The decompressed blocks of a file; those of UTF-16 as UTF-8, so that a character of ASCII is one byte."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace") if encoding == "utf-16" else None
    with open_binary(path) as file:
        while block := file.read(BLOCK):
            yield block if decoder is None else decoder.decode(block).encode()


def longest_line(path: str) -> int:
    """The bytes of the longest line, 0 if none is longer than a block."""
    longest, begun = 0, 0
    with open_binary(path) as file:
        while block := file.read(BLOCK):
            end = block.rfind(b"\n") + 1
            if begun > 0 or end == 0:
                begun += end or len(block)
                longest = max(longest, begun)
            begun = len(block) - end if end > 0 else begun
    return longest if longest > BLOCK else 0


def check_lines(file: DescribedFile) -> int:
    """The bytes of the longest line, 0 if none is longer than a block.

    Raises Problem for a row with one field too many that is empty (`1,2,` under two columns), which DuckDB drops.
    """
    path, encoding, width = file["path"], file["encoding"], len(file["columns"])
    if path.lower().endswith(".zst"):
        return 0
    mark = file["delimiter"].encode("utf-8" if encoding == "utf-16" else encoding)
    newline = (file["newline"] or "\n").encode()
    longest, suspicious, rest = 0, False, bytearray()
    for block in blocks_of(path, encoding):
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        rest += block[: end or len(block)]
        if end == 0:
            continue
        if len(rest) > 2 * BLOCK:
            longest = max(longest, len(rest))
        suspicious = suspicious or has_suspicious_line(bytes(rest), mark, newline, width)
        rest = bytearray(block[end:])
    if len(rest) > BLOCK:
        longest = max(longest, len(rest))
    if suspicious or has_suspicious_line(bytes(rest) + newline, mark, newline, width):
        check_fields(file, width)
    return longest


def has_suspicious_line(lines: bytes, mark: bytes, newline: bytes, width: int) -> bool:
    """Whether a line may end in a field too many: by its marks, or because a quoted field begins in another line."""
    for end in (mark + newline, *([mark + b'""' + newline] if b'"' in lines else [])):
        place = lines.find(end)
        while place >= 0:
            before = lines.rfind(newline, 0, place)
            begin = before + len(newline) if before >= 0 else 0
            line = lines[begin : place + len(mark)]
            if line.count(mark) >= width or line.count(b'"') % 2 == 1:
                return True
            place = lines.find(end, place + len(end))
    return False


def check_fields(file: DescribedFile, width: int) -> None:
    decoded = "utf-8-sig" if file["encoding"] == "utf-8" else file["encoding"]
    escape = file.get("escape")
    with open_binary(file["path"]) as binary, io.TextIOWrapper(binary, decoded, "replace", newline="") as text:
        reader = csv.reader(text, delimiter=file["delimiter"], escapechar=escape, doublequote=escape is None)
        begin = 1
        try:
            for record in reader:
                if len(record) == width + 1 and record[-1] == "":
                    raise Problem(
                        f"cannot be read in line {begin}: it has {width + 1} fields, and the header has {width}"
                    )
                begin = reader.line_num + 1
        except csv.Error:
            # DuckDB finds the error with its line.
            return
