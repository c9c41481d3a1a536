"""What Parquet and JSON lines are like: as DuckDB describes them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional, TypedDict

from json_forms import T, WrongForm, read
from table_duckdb import Column, Described, Problem, Row, TableFile, UnreadableFile, duckdb, literal, pattern, table
from table_start import DAMAGED, SAMPLE_ROWS, SHOWN_LETTERS, about_rows, damaged_gzip, first_block, opened

# Of these, most of what is found out of a sample is known.
SAMPLED_FILES = 8


class Counted(TypedDict):
    rows: int


def describe_others(files: list[TableFile]) -> list[Described]:
    """All files in one process; those that it could not describe once more by themselves, for the reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = "\n".join(one for place, file in enumerate(files) for one in statements(file, place, folder))
        # From its standard input DuckDB goes on after an error.
        subprocess.run([sys.executable, "-m", "duckdb_cli"], input=script.encode(), capture_output=True)
        return [described_by_duckdb(file, place, folder) for place, file in enumerate(files)]


def statements(file: TableFile, place: int, folder: Path) -> list[str]:
    """What DuckDB is asked about one file; each answer is a file of its own."""
    source = table(file["path"], file["format"])

    def copy(query: str, name: str) -> str:
        return f"COPY ({query}) TO {literal(str(folder / f'{name}-{place}.json'))} (ARRAY true);"

    described = f"(DESCRIBE SELECT * FROM {source})"
    found = [copy(f'SELECT column_name AS "name", column_type AS "type" FROM {described}', "columns")]
    if file["format"] == "parquet":
        if place < SAMPLED_FILES:
            found.append(
                copy(f"SELECT COLUMNS('((?s).*)')::VARCHAR AS '\\1' FROM {source} LIMIT {SAMPLE_ROWS}", "sample")
            )
        counted = f"SELECT num_rows AS rows FROM parquet_file_metadata({pattern(file['path'])})"
        found.append(copy(counted, "rows"))
    return found


def written(form: type[T], path: Path) -> Optional[T]:
    """What DuckDB wrote; None where it ended before."""
    try:
        return read(form, path)
    except (OSError, WrongForm):
        return None


def described_by_duckdb(file: TableFile, place: int, folder: Path) -> Described:
    path = file["path"]
    if Path(path).stat().st_size == 0:
        return {**file, "problem": "is empty"}
    columns = written(list[Column], folder / f"columns-{place}.json")
    sample = written(list[Row], folder / f"sample-{place}.json")
    rows = written(list[Counted], folder / f"rows-{place}.json")
    is_json = file["format"] == "json"
    if columns is None or (sample is None and place < SAMPLED_FILES and not is_json):
        return undescribed(file)
    if is_json:
        # A line that is no object, but a number or a list, has no columns of its own.
        if [column["name"] for column in columns] == ["json"] and head(path).strip() and '"json"' not in head(path):
            return {**file, "problem": 'has lines that are no objects: each must be {"column": value, …}'}
        sample = first_objects(path) if place < SAMPLED_FILES else None
    names = [column["name"] for column in columns]
    return {
        "path": path,
        "format": file["format"],
        "bytes": Path(path).stat().st_size,
        "rows": rows[0]["rows"] if rows else about_json_rows(path),
        "columns": columns,
        "sample": [[shortened(row.get(name)) for name in names] for row in sample or []],
    }


def undescribed(file: TableFile) -> UnreadableFile:
    """The reason why DuckDB could not describe a file."""
    try:
        if file["format"] == "json":
            find_malformed(file["path"])
        duckdb(f"SELECT * FROM {table(file['path'], file['format'])};")
    except Problem as problem:
        return {**file, "problem": str(problem)}
    return {**file, "problem": "cannot be described"}


def first_objects(path: str) -> list[Row]:
    """The first lines with their values as they are: the types that DuckDB would find change how they are written."""
    found: list[Row] = []
    for line in head(path).split("\n")[: SAMPLE_ROWS + 1]:
        try:
            value = json.loads(line) if line.strip() else None
        except ValueError:
            # The block may end in it, or else it is found as a whole file is read.
            continue
        if isinstance(value, dict):
            found.append({name: text_of(one) for name, one in value.items()})
    return found


def text_of(value: object) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def find_malformed(path: str) -> None:
    """DuckDB's number of a line is not always that of the file."""
    if path.lower().endswith(".zst"):
        return
    with opened(path) as file:
        try:
            for number, line in enumerate(file, 1):
                check_json(line, number)
        except DAMAGED as error:
            raise damaged_gzip(error) if path.lower().endswith(".gz") else error from None


def check_json(line: bytes, number: int) -> None:
    if not line.strip():
        return
    try:
        json.loads(line.rstrip(b"\r\n"))
    except UnicodeDecodeError:
        raise Problem(f"is not UTF-8 in line {number}") from None
    except json.JSONDecodeError as error:
        raise Problem(f"is not JSON in line {number}, letter {error.colno}: {error.msg}") from None


def shortened(value: object) -> Optional[str]:
    return None if value is None else str(value)[:SHOWN_LETTERS]


def head(path: str) -> str:
    block, _ = first_block(path)
    return block.decode("utf-8", "replace")


def about_json_rows(path: str) -> int:
    block, whole = first_block(path)
    return about_rows(path, block.decode("utf-8", "replace") + "\n", whole, max(1, len(block)))
