"""Finds the line numbers of rows in their files.

Called as `find_lines.py REQUEST RESULT`. REQUEST is a file with a JSON list of `LineRequest`. RESULT gets a
`FoundLines` for each, without the rows whose line cannot be determined. A CSV row that spans several lines is given
the first of them.
"""

import csv
import sys
from collections.abc import Iterator
from typing import IO, Literal, Optional, TypedDict

from table_open import open_text
from typed_json import read, write

# The default limit of 128 KiB for a field would be an error for long texts.
csv.field_size_limit(1 << 30)


class LineRequest(TypedDict):
    path: str
    format: Literal["csv", "json"]
    encoding: str
    # For CSV only.
    delimiter: Optional[str]
    escape: Optional[str]
    # Row numbers, from 1.
    rows: list[int]
    # Whether blank lines count as rows.
    blank: bool


class FoundLines(TypedDict):
    path: str
    lines: dict[int, int]


def records(file: IO[str], request: LineRequest) -> Iterator[int]:
    """The first line of each row; the header of a CSV counts as a row."""
    if request["format"] == "json":
        yield from (number for number, line in enumerate(file, 1) if line.strip() or request["blank"])
        return
    escape = request["escape"]
    reader = csv.reader(file, delimiter=request["delimiter"] or ",", escapechar=escape, doublequote=escape is None)
    begin = 1
    for record in reader:
        # A blank line is no row, to pandas and to us.
        if record or request["blank"]:
            yield begin
        begin = reader.line_num + 1


def lines_of(file: IO[str], request: LineRequest) -> dict[int, int]:
    rows = set(request["rows"])
    start = 1 if request["format"] == "json" else 0
    found: dict[int, int] = {}
    for row, line in enumerate(records(file, request), start):
        if row in rows:
            found[row] = line
        if len(found) == len(rows):
            break
    return found


def main(request_path: str, result_path: str) -> None:
    answers: list[FoundLines] = []
    for request in read(list[LineRequest], request_path):
        path = request["path"]
        with open_text(path, request["encoding"]) as file:
            lines = lines_of(file, request)
        answers.append({"path": path, "lines": lines})
    write(answers, result_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
