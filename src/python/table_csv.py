"""Describes a CSV by its first block, with Python's own reader."""

import codecs
import csv
import io
import re
from pathlib import Path
from typing import NamedTuple, Optional, Protocol

from table_duckdb import DescribedFile, Empty, Problem, TableFile
from table_head import MAX_VALUE_LENGTH, SAMPLE_ROWS, decode_block, estimate_rows, read_block
from table_lines import check_lines

DELIMITERS = [",", ";", "\t", "|"]

csv.field_size_limit(1 << 30)


class Reader(Protocol):
    """What `csv.reader` makes, whose type has no name that can be imported."""

    line_num: int

    def __iter__(self) -> "Reader": ...

    def __next__(self) -> list[str]: ...


class Dialect(NamedTuple):
    """The configured dialect; what is None is detected."""

    encoding: Optional[str]
    delimiter: Optional[str]
    escape: Optional[str]


def reader_of(lines: list[str], delimiter: str, escape: Optional[str]) -> Reader:
    return csv.reader(lines, delimiter=delimiter, strict=True, escapechar=escape, doublequote=escape is None)


def lines_of(text: str) -> list[str]:
    """Lines with their ends; unlike `splitlines`, only carriage returns and newlines end one."""
    return list(io.StringIO(text, newline=""))


def newline_of(text: str, delimiter: str, escape: Optional[str]) -> str:
    """The line end of the header; a quoted name in it may contain another kind of line break."""
    lines = lines_of(text)
    reader = reader_of(lines, delimiter, escape)
    next(reader)
    last = lines[reader.line_num - 1]
    return last[len(last.rstrip("\r\n")) :]


def records(text: str, complete: bool, delimiter: str, escape: Optional[str]) -> Optional[list[list[str]]]:
    """The first records, without the last line of a cut block; None if the text cannot be parsed."""
    return counted_records(text, complete, delimiter, escape)[0]


def counted_records(
    text: str, complete: bool, delimiter: str, escape: Optional[str]
) -> tuple[Optional[list[list[str]]], int]:
    """As `records`, with the number of lines that were read."""
    lines = lines_of(text)
    if not complete:
        # A first line that is longer than the block is a record of which only the beginning is known.
        lines = lines[:-1] or lines
    reader = reader_of(lines, delimiter, escape)
    found: list[list[str]] = []
    try:
        for record in reader:
            if record or not found:
                found.append(record)
            if len(found) > SAMPLE_ROWS:
                break
    except csv.Error:
        # The end of the block may have cut a quoted field, which is no fault of the file.
        return found or None, reader.line_num
    return found, reader.line_num


def parses(text: str, complete: bool, delimiter: str, escape: Optional[str]) -> bool:
    """Whether a block parses, apart from a quoted field that its end may have cut."""
    try:
        for index, _ in enumerate(reader_of(lines_of(text), delimiter, escape)):
            if index > SAMPLE_ROWS:
                break
    except csv.Error as error:
        return not complete and "unexpected end" in str(error)
    return True


def best_delimiter(text: str, complete: bool, escape: Optional[str]) -> str:
    """Detects the delimiter: it must split the header and the first rows into the same number of fields.

    Ties are decided by the number of columns, then by the absence of errors, then by the fewest quotation marks left
    inside fields.
    """

    def score(delimiter: str) -> tuple[bool, int, bool, int]:
        found = records(text, complete, delimiter, escape)
        if not found:
            return (False, 0, False, 0)
        width = len(found[0])
        divides = width > 1 and all(len(record) == width for record in found)
        marks = sum(cell.count('"') for record in found for cell in record)
        return (divides, width, parses(text, complete, delimiter, escape), -marks)

    return max(DELIMITERS, key=score)


def column_names(header: list[str]) -> list[str]:
    """The names of a header. An empty one, as pandas writes for its index, is called what pandas calls it."""
    names = [name or f"Unnamed: {index}" for index, name in enumerate(header)]
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            other = seen[name.lower()]
            also = "" if other == name else f' (and "{other}")'
            raise Problem(f'has a column "{name}" more than once{also}: names must differ in more than case')
        seen[name.lower()] = name
    return names


def check_first_line(found: list[list[str]]) -> None:
    """Refuses a comment before the header, which readers of CSV do not skip unless they are told to."""
    if found[0][0].startswith("#") and any(len(record) > len(found[0]) for record in found[1:]):
        raise Problem("begins with a comment, and the first line must be the header: remove it")


def describe_csv(file: TableFile, dialect: Dialect) -> DescribedFile:
    path, escape = file["path"], dialect.escape
    block, complete = read_block(path)
    text, encoding = decode_block(block, complete, dialect.encoding)
    if complete and not text.strip():
        raise Empty
    delimiter = dialect.delimiter or best_delimiter(text, complete, escape)
    found, lines = counted_records(text, complete, delimiter, escape)
    if not found or not found[0]:
        raise Problem("has no header in its first line: remove the blank lines before it")
    check_first_line(found)
    marked = encoding == "utf-16" or block.startswith(codecs.BOM_UTF8)
    if marked and any(re.search(r"[\r\n]", name) for name in found[0]):
        # DuckDB would read the second line of such a header as a row.
        raise Problem(
            "begins with a byte-order mark and has a line break in a column's name: save it without one of them"
        )
    names = column_names(found[0])
    if escape is None and re.search(r'\\"[^,;\t|\r\n]', text) and not parses(text, complete, delimiter, None):
        raise Problem(
            'writes a quotation mark within a field as \\", as Spark does: say so with data.escape = "\\\\"'
            ", or write it twice"
        )
    described: DescribedFile = {
        "path": path,
        "format": file["format"],
        "bytes": Path(path).stat().st_size,
        # A record may have many lines.
        "rows": max(1, estimate_rows(path, text, complete, len(block)) * len(found) // lines),
        "columns": [{"name": name, "type": None} for name in names],
        "sample": [fit_to_width(record, len(names)) for record in found[1:]],
        "encoding": encoding,
        "delimiter": delimiter,
        "newline": newline_of(text, delimiter, escape),
    }
    if escape is not None:
        described["escape"] = escape
    longest = check_lines(described)
    if longest > 0:
        described["longest"] = longest
    return described


def fit_to_width(record: list[str], width: int) -> list[Optional[str]]:
    cells = [cell[:MAX_VALUE_LENGTH] if cell != "" else None for cell in record[:width]]
    return cells + [None] * (width - len(cells))
