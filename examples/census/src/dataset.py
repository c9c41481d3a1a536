"""The data files: `train.csv` to learn from and `test.csv`, never seen in training, to judge by."""

import csv
import os
from pathlib import Path

from src.errors import InputError
from src.features import FEATURES, LABEL

TRAIN = "train.csv"
TEST = "test.csv"


def data_dir() -> Path:
    """The folder that $DATA_DIR names, by default `data` below the current one."""
    return Path(os.environ.get("DATA_DIR", "data"))


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header.

    Raises InputError when the file is absent, lacks a column, has a ragged row, or has no row.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            missing = [name for name in (*FEATURES, LABEL) if name not in header]
            if missing:
                raise InputError(f"{path} has no column {', '.join(missing)}")
            rows = list(reader)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a folder with {path.name}") from None
    if not rows:
        raise InputError(f"{path} has no rows")
    for line, row in enumerate(rows, start=2):
        # The reader files surplus fields under the key None and fills absent ones with None.
        if None in row or None in row.values():
            raise InputError(f"{path}, row {line}: not {len(header)} fields")
    return rows
