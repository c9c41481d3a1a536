"""Describes a CSV by its first block, with Python's own reader."""

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Optional

from table_duckdb import DescribedFile, Problem, TableFile
from table_head import BLOCK, MAX_VALUE_LENGTH, SAMPLE_ROWS, decode_block, estimate_rows, read_block

DELIMITERS = [",", ";", "\t", "|"]

csv.field_size_limit(BLOCK * 2)


def lines_of(text: str) -> list[str]:
    """Lines with their ends; unlike `splitlines`, only carriage returns and newlines end one."""
    return list(io.StringIO(text, newline=""))


def newline_of(text: str, delimiter: str) -> str:
    """The line end of the header; a quoted name in it may contain another kind of line break."""
    lines = lines_of(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    next(reader)
    last = lines[reader.line_num - 1]
    return last[len(last.rstrip("\r\n")) :]


def records(text: str, complete: bool, delimiter: str) -> Optional[list[list[str]]]:
    """The first records, without the last line of a cut block; None if the text cannot be parsed."""
    lines = lines_of(text)
    if not complete:
        lines = lines[:-1]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    found: list[list[str]] = []
    try:
        for record in reader:
            if record or not found:
                found.append(record)
            if len(found) > SAMPLE_ROWS:
                break
    except csv.Error:
        # The end of the block may have cut a quoted field, which is no fault of the file.
        return found if found and not complete else (found or None)
    return found


def parses(text: str, complete: bool, delimiter: str) -> bool:
    """Whether a block parses, apart from a quoted field that its end may have cut."""
    try:
        for index, _ in enumerate(csv.reader(lines_of(text), delimiter=delimiter, strict=True)):
            if index > SAMPLE_ROWS:
                break
    except csv.Error as error:
        return not complete and "unexpected end" in str(error)
    return True


def best_delimiter(text: str, complete: bool) -> str:
    """Detects the delimiter: it must split the header and the first rows into the same number of fields.

    Ties are decided by the number of columns, then by the absence of errors, then by the fewest quotation marks left
    inside fields.
    """

    def score(delimiter: str) -> tuple[bool, int, bool, int]:
        found = records(text, complete, delimiter)
        if not found:
            return (False, 0, False, 0)
        width = len(found[0])
        divides = width > 1 and all(len(record) == width for record in found)
        marks = sum(cell.count('"') for record in found for cell in record)
        return (divides, width, parses(text, complete, delimiter), -marks)

    return max(DELIMITERS, key=score)


def column_names(header: list[str]) -> list[str]:
    """The names of a header. An empty one, as pandas writes for its index, becomes `column` and its position."""
    names = [name if name.strip() else f"column{index}" for index, name in enumerate(header)]
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            other = seen[name.lower()]
            also = "" if other == name else f' (and "{other}")'
            raise Problem(f'has a column "{name}" more than once{also}: names must differ in more than case')
        seen[name.lower()] = name
    return names


def describe_csv(
    file: TableFile, configured_encoding: Optional[str], configured_delimiter: Optional[str]
) -> DescribedFile:
    path = file["path"]
    block, complete = read_block(path)
    if not block:
        raise Problem("is empty: it has not even a header")
    text, encoding = decode_block(block, complete, configured_encoding)
    delimiter = configured_delimiter or best_delimiter(text, complete)
    found = records(text, complete, delimiter)
    if not found or not found[0]:
        raise Problem("has no header in its first line")
    marked = encoding == "utf-16" or block.startswith(codecs.BOM_UTF8)
    if marked and any(re.search(r"[\r\n]", name) for name in found[0]):
        # DuckDB would read the second line of such a header as a row.
        raise Problem(
            "begins with a byte-order mark and has a line break in a column's name: save it without one of them"
        )
    names = column_names(found[0])
    rows = [fit_to_width(record, len(names)) for record in found[1:]]
    return {
        **file,
        "bytes": Path(path).stat().st_size,
        "rows": estimate_rows(path, text, complete, len(block)),
        "columns": [{"name": name, "type": None} for name in names],
        "sample": rows,
        "encoding": encoding,
        "delimiter": delimiter,
        "newline": newline_of(text, delimiter),
    }


def fit_to_width(record: list[str], width: int) -> list[Optional[str]]:
    cells = [cell[:MAX_VALUE_LENGTH] if cell != "" else None for cell in record[:width]]
    return cells + [None] * (width - len(cells))
