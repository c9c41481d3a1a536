"""Looks through all lines of a text file for what DuckDB would read without a word, or could not read."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Optional

from table_duckdb import DescribedFile, Problem
from table_head import NO_LETTERS, check_single_byte
from table_open import BLOCK, open_binary, open_text


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
    """The bytes of the longest line or record, 0 if none is longer than a block.

    Raises Problem for a zero byte, where readers end a value, and for a row with one field too many that is empty
    (`1,2,` under two columns), which DuckDB drops.
    """
    path, encoding, width = file["path"], file["encoding"], len(file["columns"])
    mark = file["delimiter"].encode("utf-8" if encoding == "utf-16" else encoding)
    newline = (file["newline"] or "\n").encode()
    longest, line, suspicious, rest = 0, 1, False, bytearray()
    quotes = Quotes(file.get("escape"))
    for block in blocks_of(path, encoding):
        if encoding in NO_LETTERS:
            check_single_byte(block, encoding, line - 1)
        if b"\0" in block:
            raise Problem(f"is not text: it has a zero byte in line {line + block.count(newline, 0, block.index(0))}")
        line += block.count(newline)
        quotes.look_at(block)
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
    if suspicious or quotes.may_span_block or has_suspicious_line(bytes(rest) + newline, mark, newline, width):
        longest = max(longest, check_records(file, width))
    return longest


class Quotes:
    """Notices a block of which no line ends outside of quotation marks, as in the middle of a long record."""

    def __init__(self, escape: Optional[str]) -> None:
        self.is_escaped = escape is not None
        self.within = 0
        self.may_span_block = False

    def look_at(self, block: bytes) -> None:
        if self.is_escaped:
            block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
        if not self.may_span_block and (b'"' in block or self.within):
            outside = block.split(b'"')[self.within :: 2]
            self.may_span_block = not any(b"\n" in part or b"\r" in part for part in outside)
        self.within = (self.within + block.count(b'"')) % 2


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


class Lines:
    """The lines of a file, with the bytes that have been read since they were last asked for."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.bytes += len(line.encode())
            yield line

    def taken(self) -> int:
        count, self.bytes = self.bytes, 0
        return count


def check_records(file: DescribedFile, width: int) -> int:
    """Reads the file record by record: returns the bytes of the longest one, 0 if it is no longer than a block."""
    decoded = "utf-8-sig" if file["encoding"] == "utf-8" else file["encoding"]
    escape = file.get("escape")
    longest = 0
    with open_text(file["path"], decoded) as text:
        lines = Lines(text)
        reader = csv.reader(iter(lines), delimiter=file["delimiter"], escapechar=escape, doublequote=escape is None)
        begin = 1
        try:
            for record in reader:
                longest = max(longest, lines.taken())
                if len(record) == width + 1 and record[-1] == "":
                    raise Problem(
                        f"cannot be read in line {begin}: it has {width + 1} fields, and the header has {width}"
                    )
                begin = reader.line_num + 1
        except csv.Error:
            # DuckDB finds the error with its line.
            return 0
    return longest if longest > BLOCK else 0
