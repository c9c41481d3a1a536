"""The rows of Parquet files as CSV, by DuckDB where it is there."""

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

from table_duckdb import Problem, duckdb, literal, read_call

# Rows of larger files are enough for any rule that is asked of them.
MOST_ROWS = 200_000


def is_readable() -> bool:
    return importlib.util.find_spec("duckdb_cli") is not None


@contextmanager
def as_csv(path: Path) -> Iterator[Optional[Path]]:
    """A copy of the first rows, gone afterwards; None where it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder, "rows.csv")
        rows = f"SELECT * FROM {read_call(str(path), 'parquet')} LIMIT {MOST_ROWS}"
        try:
            duckdb(f"COPY ({rows}) TO {literal(str(copied))} (FORMAT csv, HEADER);")
        except Problem:
            yield None
            return
        yield copied
