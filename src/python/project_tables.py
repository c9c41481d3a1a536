"""The tables in folders of data: their names and their columns, by the first lines of each."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Optional, TypedDict

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
MOST_FILES = 5000
MOST_TABLES = 100
HEAD = 1 << 16


class Table(TypedDict):
    # Relative to the folder of data.
    path: str
    # None where a form is not read here.
    columns: Optional[list[str]]
    bytes: int


class DataFolder(TypedDict):
    # Relative to the project; empty for the folder that was given as the data.
    folder: str
    tables: list[Table]
    # How many files there are of each ending.
    endings: dict[str, int]


def files_in(folder: Path, deep: bool) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if deep and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(parent, name)


def data_folder(folder: Path, shown: str, deep: bool = True) -> DataFolder:
    found: DataFolder = {"folder": shown, "tables": [], "endings": {}}
    for number, path in enumerate(files_in(folder, deep)):
        if number == MOST_FILES:
            break
        ending = path.suffix.lower()
        found["endings"][ending] = found["endings"].get(ending, 0) + 1
        if ending in TABLES and len(found["tables"]) < MOST_TABLES and path.is_file():
            name = path.relative_to(folder).as_posix()
            found["tables"].append({"path": name, "columns": columns_of(path, ending), "bytes": path.stat().st_size})
    return found


def columns_of(path: Path, ending: str) -> Optional[list[str]]:
    if ending == ".parquet":
        return None
    with path.open("rb") as file:
        head = file.read(HEAD).decode("utf-8-sig", errors="replace")
    lines = head.splitlines()
    if not lines:
        return []
    if ending in (".jsonl", ".ndjson"):
        try:
            first = json.loads(lines[0])
        except ValueError:
            return None
        return list(first) if isinstance(first, dict) else None
    delimiter = "\t" if ending == ".tsv" else max(",;\t|", key=lines[0].count)
    return next(csv.reader(lines, delimiter=delimiter), [])
