"""Queries single files with DuckDB's command-line program; the types of their descriptions."""

import re
import subprocess
import sys
import tempfile
from typing import Literal, Optional, TypedDict, Union

from typed_json import parse

Format = Literal["csv", "json", "parquet"]
Row = dict[str, object]


class TableFile(TypedDict):
    path: str
    format: Format


class Column(TypedDict):
    name: str
    # DuckDB's type; null in CSV, where all values are text.
    type: Optional[str]


class RequiredDescribedFile(TableFile):
    bytes: int
    # An estimate; exact for Parquet.
    rows: int
    columns: list[Column]
    # The first rows, as text.
    sample: list[list[Optional[str]]]


class DescribedFile(RequiredDescribedFile, total=False):
    # For CSV only.
    encoding: str
    delimiter: str
    # The line end of its header.
    newline: str
    # The character before a quotation mark within a field.
    escape: str
    # For JSON lines that begin with a byte-order mark.
    marked: bool
    # The bytes of the longest line, where one is longer than a block.
    longest: int


class UnreadableFile(TableFile):
    problem: str


class EmptyFile(TableFile):
    # Nothing but white space is in it.
    empty: bool


Described = Union[DescribedFile, UnreadableFile, EmptyFile]


class Empty(Exception):
    """A file without even a header, as Spark and Dask write for a part without rows."""


class Problem(Exception):
    """What is wrong with a file; the message continues a sentence that begins with the file's path."""


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pattern(path: str) -> str:
    """A path as an SQL literal, with glob characters and a leading ~ escaped."""
    return literal(re.sub(r"[*?\[]|^~", r"[\g<0>]", path))


def read_call(path: str, file_format: Format, longest: int = 0) -> str:
    quoted = pattern(path)
    if file_format == "parquet":
        return f"read_parquet({quoted}, hive_partitioning = false)"
    # Sample all lines, since a key that only the last one has is a column too.
    # Many different keys would be taken for those of one map.
    settings = "sample_size = -1, maximum_depth = 2, map_inference_threshold = -1"
    return f"read_json({quoted}, {settings}, {line_settings(path, longest)})"


def objects_call(path: str, longest: int) -> str:
    """A table expression of JSON lines, each as one value called json."""
    return f"read_json_objects({pattern(path)}, {line_settings(path, longest)})"


def line_settings(path: str, longest: int) -> str:
    settings = f"format = 'newline_delimited', {compression_option(path)}hive_partitioning = false"
    return settings if longest == 0 else f"{settings}, maximum_object_size = {4 * longest}"


def compression_option(path: str) -> str:
    """Names the compression, which DuckDB does not detect for a file name with a question mark."""
    suffix = path.lower().rpartition(".")[2]
    return {"gz": "compression = 'gzip', ", "zst": "compression = 'zstd', "}.get(suffix, "")


def duckdb(script: str) -> list[Row]:
    """Runs a script and returns the rows of its last query."""
    command = [sys.executable, "-m", "duckdb_cli", "-json", "-bail"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        ran = subprocess.run([*command, "-f", file.name], capture_output=True, text=True)
    if ran.returncode != 0 or "Error:" in ran.stderr:
        raise Problem(reason(ran.stderr or ran.stdout))
    return parse(list[Row], ran.stdout, "what DuckDB printed") if ran.stdout.strip() else []


def reason(output: str) -> str:
    """DuckDB's first error message, without the statement."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    start = next((index for index, line in enumerate(lines) if "Error:" in line), 0)
    rest = range(start + 1, len(lines))
    end = next((index for index in rest if re.match(r"LINE \d|\^|Possible", lines[index])), start + 3)
    text = "; ".join(lines[start:end]) if lines else "DuckDB did not run"
    return f"cannot be read: {with_own_line(text.split('Error: ', 1)[-1])}"


def with_own_line(text: str) -> str:
    """A message with the line that is meant: for malformed JSON, DuckDB gives the number of the next one."""
    if "Malformed JSON" not in text:
        return text
    return re.sub(r"in line (\d+)", lambda match: f"in line {max(1, int(match[1]) - 1)}", text)
