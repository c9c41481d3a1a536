"""What a CSV is like: by its first block, with Python's own reader."""

import codecs
import csv
import io
import re
from pathlib import Path
from typing import Optional

from table_duckdb import DescribedFile, Problem, TableFile
from table_start import BLOCK, SAMPLE_ROWS, SHOWN_LETTERS, about_rows, decoded, first_block

DELIMITERS = [",", ";", "\t", "|"]

csv.field_size_limit(BLOCK * 2)


def lines_of(text: str) -> list[str]:
    """Lines with their ends: only returns and newlines end one, and not all that Unicode calls so."""
    return list(io.StringIO(text, newline=""))


def newline_of(text: str, delimiter: str) -> str:
    """What the header ends with; a name in it may have line breaks of another kind."""
    lines = lines_of(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    next(reader)
    last = lines[reader.line_num - 1]
    return last[len(last.rstrip("\r\n")) :]


def records(text: str, whole: bool, delimiter: str) -> Optional[list[list[str]]]:
    """The first records, without one that the end of the block may have cut; None where the text cannot be parsed."""
    lines = lines_of(text)
    if not whole:
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
        # An unclosed quotation mark at the end of a block is none of the file's own.
        return found if found and not whole else (found or None)
    return found


def is_parsed(text: str, whole: bool, delimiter: str) -> bool:
    """Whether a block has no error, but for a quotation mark that may be closed behind its end."""
    try:
        for place, _ in enumerate(csv.reader(lines_of(text), delimiter=delimiter, strict=True)):
            if place > SAMPLE_ROWS:
                break
    except csv.Error as error:
        return not whole and "unexpected end" in str(error)
    return True


def best_delimiter(text: str, whole: bool) -> str:
    """The one that divides the header and all first rows alike.

    Of several it is the one that gives most columns, then one without errors, and last the one that leaves fewest
    quotation marks within fields.
    """

    def merit(delimiter: str) -> tuple[bool, int, bool, int]:
        found = records(text, whole, delimiter)
        if not found:
            return (False, 0, False, 0)
        width = len(found[0])
        divides = width > 1 and all(len(record) == width for record in found)
        marks = sum(cell.count('"') for record in found for cell in record)
        return (divides, width, is_parsed(text, whole, delimiter), -marks)

    return max(DELIMITERS, key=merit)


def column_names(header: list[str]) -> list[str]:
    """The names of a header; an empty one, as pandas writes for its index, is named by its place."""
    names = [name if name.strip() else f"column{place}" for place, name in enumerate(header)]
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            other = seen[name.lower()]
            also = "" if other == name else f' (and "{other}")'
            raise Problem(f'has a column "{name}" more than once{also}: names must differ in more than case')
        seen[name.lower()] = name
    return names


def describe_csv(file: TableFile, asked_encoding: Optional[str], asked_delimiter: Optional[str]) -> DescribedFile:
    path = file["path"]
    block, whole = first_block(path)
    if not block:
        raise Problem("is empty: it has not even a header")
    text, encoding = decoded(block, whole, asked_encoding)
    delimiter = asked_delimiter or best_delimiter(text, whole)
    found = records(text, whole, delimiter)
    if not found or not found[0]:
        raise Problem("has no header in its first line")
    marked = encoding == "utf-16" or block.startswith(codecs.BOM_UTF8)
    if marked and any(re.search(r"[\r\n]", name) for name in found[0]):
        # DuckDB takes the second line of such a header for a row.
        raise Problem(
            "begins with a byte-order mark and has a line break in a column's name: save it without one of them"
        )
    names = column_names(found[0])
    rows = [fitted(record, len(names)) for record in found[1:]]
    return {
        **file,
        "bytes": Path(path).stat().st_size,
        "rows": about_rows(path, text, whole, len(block)),
        "columns": [{"name": name, "type": None} for name in names],
        "sample": rows,
        "encoding": encoding,
        "delimiter": delimiter,
        "newline": newline_of(text, delimiter),
    }


def fitted(record: list[str], width: int) -> list[Optional[str]]:
    cells = [cell[:SHOWN_LETTERS] if cell != "" else None for cell in record[:width]]
    return cells + [None] * (width - len(cells))
