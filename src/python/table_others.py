"""What Parquet and JSON lines are like: as DuckDB describes them."""

import gzip
import json
import os
import subprocess
import sys
import tempfile

from table_duckdb import Problem, duckdb, literal, pattern, table
from table_start import DAMAGED, SAMPLE_ROWS, SHOWN_LETTERS, about_rows, damaged_gzip, first_block

# Of these, most of what is found out of a sample is known.
SAMPLED_FILES = 8


def describe_others(files):
    """All files in one process; those that it could not describe once more by themselves, for the reason."""
    with tempfile.TemporaryDirectory() as folder:
        statements = []
        for place, file in enumerate(files):
            source = table(file["path"], file["format"])
            statements += [
                f"COPY (SELECT column_name AS \"name\", column_type AS \"type\" FROM (DESCRIBE SELECT * FROM {source}))"
                f" TO {literal(f'{folder}/columns-{place}.json')} (ARRAY true);",
            ]
            if place < SAMPLED_FILES and file["format"] == "parquet":
                first = f"SELECT COLUMNS('((?s).*)')::VARCHAR AS '\\1' FROM {source} LIMIT {SAMPLE_ROWS}"
                statements.append(f"COPY ({first}) TO {literal(f'{folder}/sample-{place}.json')} (ARRAY true);")
            if file["format"] == "parquet":
                counted = f"SELECT num_rows AS rows FROM parquet_file_metadata({pattern(file['path'])})"
                statements.append(f"COPY ({counted}) TO {literal(f'{folder}/rows-{place}.json')} (ARRAY true);")
        # From its standard input DuckDB goes on after an error.
        subprocess.run([sys.executable, "-m", "duckdb_cli"], input="\n".join(statements).encode(), capture_output=True)
        return [described_by_duckdb(file, place, folder) for place, file in enumerate(files)]


def described_by_duckdb(file, place, folder):
    def written(name):
        try:
            with open(f"{folder}/{name}-{place}.json", encoding="utf-8") as opened:
                return json.load(opened)
        except (OSError, ValueError):
            return None

    path = file["path"]
    if os.path.getsize(path) == 0:
        return {**file, "problem": "is empty"}
    columns, sample, rows = written("columns"), written("sample"), written("rows")
    is_json = file["format"] == "json"
    if columns is None or (sample is None and place < SAMPLED_FILES and not is_json):
        try:
            if is_json:
                find_malformed(path)
            duckdb(f"SELECT * FROM {table(path, file['format'])};")
            raise Problem("cannot be described")
        except Problem as problem:
            return {**file, "problem": str(problem)}
    if is_json:
        # A line that is no object, but a number or a list, has no columns of its own.
        if [column["name"] for column in columns] == ["json"] and head(path).strip() and '"json"' not in head(path):
            return {**file, "problem": "has lines that are no objects: each must be {\"column\": value, …}"}
        sample = first_objects(path) if place < SAMPLED_FILES else None
    names = [column["name"] for column in columns]
    return {
        **file,
        "bytes": os.path.getsize(path),
        "rows": rows[0]["rows"] if rows else about_json_rows(path),
        "columns": columns,
        "sample": [[shortened(row.get(name)) for name in names] for row in sample or []],
    }


def first_objects(path):
    """The first lines with their values as DuckDB reads them: the types that it would find out change how they are written."""
    found = []
    for line in head(path).split("\n")[: SAMPLE_ROWS + 1]:
        try:
            value = json.loads(line) if line.strip() else None
        except ValueError:
            # The block may end in it, or else it is found as a whole file is read.
            continue
        if isinstance(value, dict):
            found.append({name: text_of(one) for name, one in value.items()})
    return found


def text_of(value):
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def find_malformed(path):
    """DuckDB's number of a line is not always that of the file."""
    if path.lower().endswith(".zst"):
        return
    packed = path.lower().endswith(".gz")
    with gzip.open(path) if packed else open(path, "rb") as file:
        try:
            for number, line in enumerate(file, 1):
                check_json(line, number)
        except DAMAGED as error:
            raise damaged_gzip(error) if packed else error from None


def check_json(line, number):
    try:
        json.loads(line.rstrip(b"\r\n")) if line.strip() else None
    except UnicodeDecodeError:
        raise Problem(f"is not UTF-8 in line {number}") from None
    except ValueError as error:
        raise Problem(f"is not JSON in line {number}, letter {error.colno}: {error.msg}") from None


def shortened(value):
    return None if value is None else str(value)[:SHOWN_LETTERS]


def head(path):
    block, _ = first_block(path)
    return block.decode("utf-8", "replace")


def about_json_rows(path):
    block, whole = first_block(path)
    return about_rows(path, block.decode("utf-8", "replace") + "\n", whole, max(1, len(block)))
