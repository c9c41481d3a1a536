"""Describes Parquet and JSON lines with DuckDB."""

import codecs
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Optional, TypedDict

from table_duckdb import (
    Column,
    Described,
    DescribedFile,
    Problem,
    Row,
    TableFile,
    UnreadableFile,
    duckdb,
    literal,
    objects_call,
    pattern,
    read_call,
)
from table_head import DAMAGED, MAX_VALUE_LENGTH, SAMPLE_ROWS, estimate_rows, packing_problem, read_block
from table_lines import longest_line
from table_open import open_binary
from typed_json import SchemaMismatch, T, read

# Samples of more files would tell little more about the columns.
MAX_SAMPLED_FILES = 8


class Counted(TypedDict):
    rows: int


def describe_with_duckdb(files: list[TableFile]) -> list[Described]:
    """Describes all files in one process, and each failed one again in its own, to get the reason."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        longest = {file["path"]: longest_line(file["path"]) for file in files if is_text(file)}
        paths = [source_of(file, index, folder) for index, file in enumerate(files)]
        script = "\n".join(
            one
            for index, file in enumerate(files)
            for one in statements(
                file, index, folder, read_call(paths[index], file["format"], longest.get(file["path"], 0))
            )
        )
        # DuckDB continues after an error in a script on standard input.
        subprocess.run([sys.executable, "-m", "duckdb_cli"], input=script.encode(), capture_output=True)
        return [
            collect_description(file, paths[index], index, folder, longest.get(file["path"], 0))
            for index, file in enumerate(files)
        ]


def is_text(file: TableFile) -> bool:
    return file["format"] == "json"


def is_marked(file: TableFile) -> bool:
    """Whether it is JSON that begins with a byte-order mark."""
    return file["format"] == "json" and read_block(file["path"])[0].startswith(codecs.BOM_UTF8)


def source_of(file: TableFile, index: int, folder: Path) -> str:
    """The path that DuckDB reads: of a copy without the byte-order mark, which its reader of JSON refuses."""
    if not (is_text(file) and is_marked(file)):
        return file["path"]
    path = folder / f"unmarked-{index}.jsonl"
    with open_binary(file["path"]) as marked, path.open("wb") as unmarked:
        marked.read(len(codecs.BOM_UTF8))
        shutil.copyfileobj(marked, unmarked)
    return str(path)


def statements(file: TableFile, index: int, folder: Path, source: str) -> list[str]:
    """The statements that describe one file; each writes its result to a file."""

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
        fields = f"SELECT name, num_children AS children FROM parquet_schema({pattern(file['path'])})"
        found.append(copy(fields, "fields"))
    return found


def read_result(schema: type[T], path: Path) -> Optional[T]:
    """The result that DuckDB wrote; None if it failed before."""
    try:
        return read(schema, path)
    except (OSError, SchemaMismatch):
        return None


class Field(TypedDict):
    name: str
    # None for a column that is not nested.
    children: Optional[int]


def check_names(fields: list[Field]) -> None:
    """Refuses a Parquet file with a column twice, of which DuckDB gives the second one another name.

    Fields are in the order of their tree, from its root on.
    """
    place = 1

    def skip(count: int) -> None:
        nonlocal place
        for _ in range(count):
            children = fields[place]["children"] or 0
            place += 1
            skip(children)

    names: list[str] = []
    while place < len(fields):
        names.append(fields[place]["name"])
        skip(1)
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if names.count(name) > 1 or other != name:
            also = "" if other == name else f' (and "{other}")'
            raise Problem(f'has a column "{name}" more than once{also}: names must differ in more than case')


def check_keys(columns: list[Column], path: str, longest: int) -> None:
    """Refuses keys of JSON to which DuckDB gives another name: empty ones, and those that differ in case alone.

    Their columns would be empty.
    """
    names = [column["name"] for column in columns]
    lower = {name.lower() for name in names}
    doubtful = [
        name
        for name in names
        if re.fullmatch(r"C\d+", name) or re.sub(r"(_\d+)+$", "", name).lower() in lower - {name.lower()}
    ]
    if not doubtful:
        return
    found = ", ".join(
        f"bool_or(json_exists(json, {literal(json_path(name))})) AS c{at}" for at, name in enumerate(doubtful)
    )
    (row,) = duckdb(f"SELECT {found} FROM {objects_call(path, longest)};")
    for name, there in zip(doubtful, row.values()):
        if there:
            continue
        stem = re.sub(r"_\d+$", "", name)
        if stem == name:
            raise Problem("has a key without a letter, which is no name for a column: rename it")
        other = next(one for one in names if one.lower() == stem.lower())
        raise Problem(f'has a key "{stem}" beside "{other}": names must differ in more than case, write them alike')


def json_path(name: str) -> str:
    return '$."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def collect_description(file: TableFile, source: str, index: int, folder: Path, longest: int) -> Described:
    path = file["path"]
    if file["format"] == "json" and not read_text(path).strip("\ufeff \t\r\n") and read_block(path)[1]:
        return {**file, "empty": True}
    try:
        check_names(read_result(list[Field], folder / f"fields-{index}.json") or [])
    except Problem as problem:
        return {**file, "problem": str(problem)}
    columns = read_result(list[Column], folder / f"columns-{index}.json")
    sample = read_result(list[Row], folder / f"sample-{index}.json")
    rows = read_result(list[Counted], folder / f"rows-{index}.json")
    is_json = file["format"] == "json"
    if columns is None or (sample is None and index < MAX_SAMPLED_FILES and not is_json):
        return explain_failure(file)
    if is_json:
        try:
            check_keys(columns, source, longest)
        except Problem as problem:
            return {**file, "problem": str(problem)}
        # DuckDB puts lines that are no objects into one column called json.
        if (
            [column["name"] for column in columns] == ["json"]
            and read_text(path).strip()
            and '"json"' not in read_text(path)
        ):
            return {**file, "problem": 'has lines that are no objects: each must be {"column": value, …}'}
        sample = first_objects(path) if index < MAX_SAMPLED_FILES else None
    names = [column["name"] for column in columns]
    described: DescribedFile = {
        "path": path,
        "format": file["format"],
        "bytes": Path(path).stat().st_size,
        "rows": rows[0]["rows"] if rows else estimate_json_rows(path),
        "columns": columns,
        "sample": [[shortened(row.get(name)) for name in names] for row in sample or []],
    }
    if is_marked(file):
        described["marked"] = True
    if longest > 0:
        described["longest"] = longest
    return described


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
        except (ValueError, RecursionError):
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
    with open_binary(path) as file:
        try:
            for number, line in enumerate(file, 1):
                check_json(line, number)
        except DAMAGED as error:
            raise packing_problem(path, error) from None


def check_json(line: bytes, number: int) -> None:
    if not line.strip():
        return
    try:
        value = json.loads(line.rstrip(b"\r\n").removeprefix(codecs.BOM_UTF8 if number == 1 else b""))
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise Problem(f"is not JSON in line {number}: {half} is half of a character") from None
    except UnicodeDecodeError:
        raise Problem(f"is not UTF-8 in line {number}: save it as UTF-8") from None
    except RecursionError:
        raise Problem(f"cannot be read in line {number}: it is nested too deep") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()):
            raise Problem(
                f"is not JSON in line {number}, which ends within a value: each line must be a whole object"
            ) from None
        raise Problem(f"is not JSON in line {number}, letter {error.colno}: {error.msg}") from None


def shortened(value: object) -> Optional[str]:
    return None if value is None else str(value)[:MAX_VALUE_LENGTH]


def read_text(path: str) -> str:
    block, _ = read_block(path)
    return block.decode("utf-8-sig", "replace")


def estimate_json_rows(path: str) -> int:
    block, whole = read_block(path)
    return estimate_rows(path, block.decode("utf-8", "replace") + "\n", whole, max(1, len(block)))
