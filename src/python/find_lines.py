"""Says in which line of their files rows stand.

Called as `find_lines.py REQUEST RESULT`. REQUEST is a file with the JSON of a list of `Wanted`. RESULT gets, for
each, the JSON of a `Found`, without the rows whose line cannot be told. A row of a CSV may go over several lines; the
one where it begins is given.
"""

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal, Optional, TypedDict, cast

from json_forms import read, write

# A field is as long as it is.
csv.field_size_limit(1 << 30)


class Wanted(TypedDict):
    path: str
    format: Literal["csv", "json"]
    encoding: str
    # Of CSV.
    delimiter: Optional[str]
    # How many the table has.
    columns: int
    # Their numbers, from 1.
    rows: list[int]
    # Whether blank lines were counted as rows.
    blank: bool


class Found(TypedDict):
    path: str
    lines: dict[int, int]


def opened(path: str, encoding: str) -> IO[str]:
    if path.lower().endswith(".gz"):
        return cast(IO[str], gzip.open(path, "rt", encoding=encoding, errors="replace", newline=""))
    return Path(path).open(encoding=encoding, errors="replace", newline="")


def records(file: IO[str], wanted: Wanted) -> Iterator[int]:
    """For each row of a table the line where it begins; of a CSV the header is the first."""
    if wanted["format"] == "json":
        yield from (number for number, line in enumerate(file, 1) if line.strip() or wanted["blank"])
        return
    reader = csv.reader(file, delimiter=wanted["delimiter"] or ",")
    begin = 1
    for record in reader:
        # A blank line is a row of nothing in a table of one column, else none.
        if record or wanted["columns"] == 1 or wanted["blank"]:
            yield begin
        begin = reader.line_num + 1


def lines_of(file: IO[str], wanted: Wanted) -> dict[int, int]:
    rows = set(wanted["rows"])
    start = 1 if wanted["format"] == "json" else 0
    found: dict[int, int] = {}
    for row, line in enumerate(records(file, wanted), start):
        if row in rows:
            found[row] = line
        if len(found) == len(rows):
            break
    return found


def main(request_path: str, result_path: str) -> None:
    answers: list[Found] = []
    for wanted in read(list[Wanted], request_path):
        path = wanted["path"]
        lines: dict[int, int] = {}
        if not path.lower().endswith(".zst"):
            with opened(path, wanted["encoding"]) as file:
                lines = lines_of(file, wanted)
        answers.append({"path": path, "lines": lines})
    write(answers, result_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
