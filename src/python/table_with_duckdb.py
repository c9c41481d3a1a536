"""Describes Parquet and JSON lines with DuckDB."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional, TypedDict

from table_duckdb import Column, Described, Problem, Row, TableFile, UnreadableFile, duckdb, literal, pattern, read_call
from table_head import DAMAGED, MAX_VALUE_LENGTH, SAMPLE_ROWS, estimate_rows, gzip_problem, open_binary, read_block
from typed_json import SchemaMismatch, T, read

# Samples of more files would tell little more about the columns.
MAX_SAMPLED_FILES = 8


class Counted(TypedDict):
    rows: int


def describe_with_duckdb(files: list[TableFile]) -> list[Described]:
    """Describes all files in one process, and each failed one again in its own, to get the reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = "\n".join(one for index, file in enumerate(files) for one in statements(file, index, folder))
        # DuckDB continues after an error in a script on standard input.
        subprocess.run([sys.executable, "-m", "duckdb_cli"], input=script.encode(), capture_output=True)
        return [collect_description(file, index, folder) for index, file in enumerate(files)]


def statements(file: TableFile, index: int, folder: Path) -> list[str]:
    """The statements that describe one file; each writes its result to a file."""
    source = read_call(file["path"], file["format"])

    def copy(query: str, name: str) -> str:
        return f"COPY ({query}) TO {literal(str(folder / f'{name}-{index}.json'))} (ARRAY true);"

    described = f"(DESCRIBE SELECT * FROM {source})"
    found = [copy(f'SELECT column_name AS "name", column_type AS "type" FROM {described}', "columns")]
    if file["format"] == "parquet":
        if index < MAX_SAMPLED_FILES:
            found.append(
                copy(f"SELECT COLUMNS('((?s).*)')::VARCHAR AS '\\1' FROM {source} LIMIT {SAMPLE_ROWS}", "sample")
            )
        counted = f"SELECT num_rows AS rows FROM parquet_file_metadata({pattern(file['path'])})"
        found.append(copy(counted, "rows"))
    return found


def read_result(schema: type[T], path: Path) -> Optional[T]:
    """The result that DuckDB wrote; None if it failed before."""
    try:
        return read(schema, path)
    except (OSError, SchemaMismatch):
        return None


def collect_description(file: TableFile, index: int, folder: Path) -> Described:
    path = file["path"]
    if Path(path).stat().st_size == 0:
        return {**file, "problem": "is empty"}
    columns = read_result(list[Column], folder / f"columns-{index}.json")
    sample = read_result(list[Row], folder / f"sample-{index}.json")
    rows = read_result(list[Counted], folder / f"rows-{index}.json")
    is_json = file["format"] == "json"
    if columns is None or (sample is None and index < MAX_SAMPLED_FILES and not is_json):
        return explain_failure(file)
    if is_json:
        # DuckDB puts lines that are no objects into one column called json.
        if (
            [column["name"] for column in columns] == ["json"]
            and read_text(path).strip()
            and '"json"' not in read_text(path)
        ):
            return {**file, "problem": 'has lines that are no objects: each must be {"column": value, …}'}
        sample = first_objects(path) if index < MAX_SAMPLED_FILES else None
    names = [column["name"] for column in columns]
    return {
        "path": path,
        "format": file["format"],
        "bytes": Path(path).stat().st_size,
        "rows": rows[0]["rows"] if rows else estimate_json_rows(path),
        "columns": columns,
        "sample": [[shortened(row.get(name)) for name in names] for row in sample or []],
    }


def explain_failure(file: TableFile) -> UnreadableFile:
    """Finds the reason why DuckDB could not describe a file."""
    try:
        if file["format"] == "json":
            check_json_lines(file["path"])
        duckdb(f"SELECT * FROM {read_call(file['path'], file['format'])};")
    except Problem as problem:
        return {**file, "problem": str(problem)}
    return {**file, "problem": "cannot be described"}


def first_objects(path: str) -> list[Row]:
    """The first rows with values as they are written, which the types that DuckDB detects would change."""
    found: list[Row] = []
    for line in read_text(path).split("\n")[: SAMPLE_ROWS + 1]:
        try:
            value = json.loads(line) if line.strip() else None
        except ValueError:
            # The end of the block may have cut this line; other errors are found when the whole file is read.
            continue
        if isinstance(value, dict):
            found.append({name: text_of(one) for name, one in value.items()})
    return found


def text_of(value: object) -> Optional[str]:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def check_json_lines(path: str) -> None:
    """Finds the line of a JSON error, since DuckDB's line numbers are not always those of the file."""
    if path.lower().endswith(".zst"):
        return
    with open_binary(path) as file:
        try:
            for number, line in enumerate(file, 1):
                check_json(line, number)
        except DAMAGED as error:
            raise gzip_problem(error) if path.lower().endswith(".gz") else error from None


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
    return None if value is None else str(value)[:MAX_VALUE_LENGTH]


def read_text(path: str) -> str:
    block, _ = read_block(path)
    return block.decode("utf-8", "replace")


def estimate_json_rows(path: str) -> int:
    block, whole = read_block(path)
    return estimate_rows(path, block.decode("utf-8", "replace") + "\n", whole, max(1, len(block)))
