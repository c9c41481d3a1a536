"""The tables in folders of data: their columns, their rows, and which rows repeat."""

import codecs
import csv
import io
import json
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Optional, TypedDict

from project_marks import is_pointer
from project_parquet import as_csv, is_readable

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
    # How its letters are written, where that is neither UTF-8 nor UTF-16; empty otherwise.
    encoding: str
    # The decimal point and what stands between thousands, where numbers have others than the usual; empty otherwise.
    decimal: str
    thousands: str


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
            name = path.relative_to(folder).as_posix()
            if ending == ".parquet":
                left -= parquet_table(found, path, name, left, seen)
                continue
            table = described(path, name, ending)
            if table["columns"] is not None and table["bytes"] <= left:
                left -= table["bytes"]
                count(table, path, ending, seen)
            found["tables"].append(table)
    return found


def parquet_table(found: DataFolder, path: Path, name: str, left: int, seen: dict[int, str]) -> int:
    """Adds a table of Parquet, and gives the bytes that were read for it."""
    table = undescribed(path, name)
    found["tables"].append(table)
    if is_pointer(path) or not is_readable() or left <= 0:
        return 0
    with as_csv(path) as rows:
        if rows is None:
            return 0
        table["columns"], _ = columns_of(rows, ".csv")
        size = rows.stat().st_size
        if size <= left:
            count(table, rows, ".csv", seen)
    # What DuckDB writes has no form of the user's own.
    table["decimal"] = table["thousands"] = ""
    return size


def described(path: Path, name: str, ending: str) -> Table:
    columns, encoding = (None, "") if is_pointer(path) else columns_of(path, ending)
    return {**undescribed(path, name), "columns": columns, "encoding": encoding}


def undescribed(path: Path, name: str) -> Table:
    return {
        "path": name,
        "columns": None,
        "bytes": path.stat().st_size,
        "rows": None,
        "repeats": {},
        "classes": {},
        "encoding": "",
        "decimal": "",
        "thousands": "",
    }


def decoded(text: bytes, complete: bool = True) -> tuple[str, str]:
    """A text, and its encoding where that must be said."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.decode("utf-16", "replace"), ""
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(text, complete), ""
    except UnicodeDecodeError:
        # Letters of Windows are where Latin-1 has none.
        encoding = "windows-1252" if re.search(rb"[\x80-\x9f]", text) else "latin-1"
        return text.decode(encoding, "replace"), encoding


def columns_of(path: Path, ending: str) -> tuple[Optional[list[str]], str]:
    """The columns, and the encoding of the head that has them."""
    with path.open("rb") as file:
        head, encoding = decoded(file.read(HEAD), False)
    lines = head.splitlines()
    if not lines:
        return [], encoding
    if ending in (".jsonl", ".ndjson"):
        first = record(lines[0])
        return None if first is None else list(first), ""
    return next(csv.reader(lines, delimiter=delimiter_of(lines[0], ending)), []), encoding


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
    text, _ = decoded(path.read_bytes())
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


COMMA_NUMBER = re.compile(r"\s*[+-]?([1-9]\d{0,2}(\.\d{3})+|\d*)(?:,(\d*))?\s*")


class NumberForm:
    """Whether the values of a column are numbers with a decimal comma; 1,234 alone does not tell."""

    def __init__(self) -> None:
        self.is_comma = True
        self.is_told = False
        self.has_thousands = False

    def look_at(self, value: str) -> None:
        if not self.is_comma or value in ("", "NA", "NaN", "-", "?"):
            return
        found = COMMA_NUMBER.fullmatch(value)
        if found is None:
            self.is_comma = False
        elif found[3] is not None:
            self.has_thousands = self.has_thousands or found[2] is not None
            self.is_told = self.is_told or found[2] is not None or len(found[3]) != 3


def count(table: Table, path: Path, ending: str, seen: dict[int, str]) -> None:
    """Counts the rows of a table. `seen` has the hash of each row of the folder, with the table that has it first."""
    columns = table["columns"] or []
    values: dict[str, set[str]] = {name: set() for name in columns if name != ""}
    forms = {name: NumberForm() for name in columns}
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
                forms[name].look_at(value)
                if name in values and value != "":
                    values[name].add(value)
                    if len(values[name]) > MOST_CLASSES:
                        del values[name]
    except csv.Error:
        return
    table["rows"] = rows
    told = [form for form in forms.values() if form.is_comma and form.is_told]
    if told and ending in (".csv", ".tsv"):
        table["decimal"] = ","
        table["thousands"] = "." if any(form.has_thousands for form in told) else ""
    table["classes"] = {name: sorted(few) for name, few in values.items() if few}
