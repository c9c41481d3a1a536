"""The tables in folders of data: their columns, their rows, and which rows repeat."""

import csv
import io
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Optional, TypedDict

from project_marks import is_pointer

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
MOST_FILES = 5000
MOST_TABLES = 100
HEAD = 1 << 16
# What is read of all tables of a folder together: rows of larger ones are enough for any rule that is asked here.
MOST_BYTES = 1 << 26
# A column with more different values has no classes.
MOST_CLASSES = 50


class Table(TypedDict):
    # Relative to the folder of data.
    path: str
    # None where a form is not read here.
    columns: Optional[list[str]]
    bytes: int
    # None where not all of them were read.
    rows: Optional[int]
    # Rows that are the same as an earlier one, by the table that has it first.
    repeats: dict[str, int]
    # The different values of columns that have few, in the order of their code points.
    classes: dict[str, list[str]]


class DataFolder(TypedDict):
    # Relative to the project; empty for the folder that was given as the data.
    folder: str
    tables: list[Table]
    # How many files there are of each ending.
    endings: dict[str, int]
    # Files that are pointers of Git LFS.
    pointers: list[str]


def files_in(folder: Path, deep: bool) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if deep and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent, name)


def data_folder(folder: Path, shown: str, deep: bool = True) -> DataFolder:
    found: DataFolder = {"folder": shown, "tables": [], "endings": {}, "pointers": []}
    seen: dict[int, str] = {}
    left = MOST_BYTES
    for number, path in enumerate(files_in(folder, deep)):
        if number == MOST_FILES:
            break
        ending = path.suffix.lower()
        found["endings"][ending] = found["endings"].get(ending, 0) + 1
        if is_pointer(path):
            found["pointers"].append(path.relative_to(folder).as_posix())
        if ending in TABLES and len(found["tables"]) < MOST_TABLES and path.is_file():
            table = described(path, path.relative_to(folder).as_posix(), ending)
            if table["columns"] is not None and table["bytes"] <= left:
                left -= table["bytes"]
                count(table, path, ending, seen)
            found["tables"].append(table)
    return found


def described(path: Path, name: str, ending: str) -> Table:
    columns = None if ending == ".parquet" or is_pointer(path) else columns_of(path, ending)
    size = path.stat().st_size
    return {"path": name, "columns": columns, "bytes": size, "rows": None, "repeats": {}, "classes": {}}


def columns_of(path: Path, ending: str) -> Optional[list[str]]:
    with path.open("rb") as file:
        head = file.read(HEAD).decode("utf-8-sig", errors="replace")
    lines = head.splitlines()
    if not lines:
        return []
    if ending in (".jsonl", ".ndjson"):
        first = record(lines[0])
        return None if first is None else list(first)
    return next(csv.reader(lines, delimiter=delimiter_of(lines[0], ending)), [])


def delimiter_of(line: str, ending: str) -> str:
    return "\t" if ending == ".tsv" else max(",;\t|", key=line.count)


def record(line: str) -> Optional[dict[str, object]]:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def rows_of(path: Path, ending: str, columns: list[str]) -> Iterator[list[str]]:
    """The rows of a table in the order of its columns. A field of a length that no table has ends them."""
    text = path.read_bytes().decode("utf-8-sig", errors="replace")
    if ending in (".jsonl", ".ndjson"):
        for line in text.splitlines():
            found = record(line)
            if found is not None:
                yield [json.dumps(found.get(name)) for name in columns]
        return
    first = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(first, ending))
    # A blank line is no row.
    yield from islice((row for row in rows if row), 1, None)


def count(table: Table, path: Path, ending: str, seen: dict[int, str]) -> None:
    """Counts the rows of a table. `seen` has the hash of each row of the folder, with the table that has it first."""
    columns = table["columns"] or []
    values: dict[str, set[str]] = {name: set() for name in columns if name != ""}
    rows = 0
    try:
        for row in rows_of(path, ending, columns):
            rows += 1
            known = hash((tuple(columns), tuple(row)))
            if known in seen:
                first = seen[known]
                table["repeats"][first] = table["repeats"].get(first, 0) + 1
            else:
                seen[known] = table["path"]
            for name, value in zip(columns, row):
                if name in values and value != "":
                    values[name].add(value)
                    if len(values[name]) > MOST_CLASSES:
                        del values[name]
    except csv.Error:
        return
    table["rows"] = rows
    table["classes"] = {name: sorted(few) for name, few in values.items() if few}
