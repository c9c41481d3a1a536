"""DuckDB, as it is asked about single files."""

import re
import subprocess
import sys
import tempfile
from typing import Literal, Optional, TypedDict, Union

from json_forms import parse

Format = Literal["csv", "json", "parquet"]
Row = dict[str, object]


class TableFile(TypedDict):
    path: str
    format: Format


class Column(TypedDict):
    name: str
    # DuckDB's; null where all is text.
    type: Optional[str]


class RequiredDescribedFile(TableFile):
    bytes: int
    # About how many; exact for Parquet.
    rows: int
    columns: list[Column]
    # The first rows.
    sample: list[list[Optional[str]]]


class DescribedFile(RequiredDescribedFile, total=False):
    # Of CSV.
    encoding: str
    delimiter: str
    # What its header ends with.
    newline: str


class UnreadableFile(TableFile):
    problem: str


Described = Union[DescribedFile, UnreadableFile]


class Problem(Exception):
    """What is wrong with a file, in words that follow its name."""


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pattern(path: str) -> str:
    """What DuckDB would read as a pattern, or as a home folder, stands for itself."""
    return literal(re.sub(r"[*?\[]|^~", r"[\g<0>]", path))


def table(path: str, form: Format) -> str:
    quoted = pattern(path)
    if form == "parquet":
        return f"read_parquet({quoted}, hive_partitioning = false)"
    # All lines are looked at: a key of the last one is a column as well.
    settings = "sample_size = -1, maximum_depth = 2, hive_partitioning = false"
    return f"read_json({quoted}, format = 'newline_delimited', {packed(path)}{settings})"


def packed(path: str) -> str:
    """Said of what is packed, as DuckDB does not see it of a name with a question mark."""
    suffix = path.lower().rpartition(".")[2]
    return {"gz": "compression = 'gzip', ", "zst": "compression = 'zstd', "}.get(suffix, "")


def duckdb(script: str) -> list[Row]:
    """The rows that a script's last query gives."""
    command = [sys.executable, "-m", "duckdb_cli", "-json", "-bail"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        ran = subprocess.run([*command, "-f", file.name], capture_output=True, text=True)
    if ran.returncode != 0 or "Error:" in ran.stderr:
        raise Problem(reason(ran.stderr or ran.stdout))
    return parse(list[Row], ran.stdout, "what DuckDB printed") if ran.stdout.strip() else []


def reason(output: str) -> str:
    """DuckDB's first message, without the statement."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    start = next((place for place, line in enumerate(lines) if "Error:" in line), 0)
    rest = range(start + 1, len(lines))
    end = next((place for place in rest if re.match(r"LINE \d|\^|Possible", lines[place])), start + 3)
    text = "; ".join(lines[start:end]) if lines else "DuckDB did not run"
    return f"cannot be read: {text.split('Error: ', 1)[-1]}"
