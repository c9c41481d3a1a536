"""The data files: `train.csv` to learn from and `test.csv`, never seen in training, to judge by."""

import csv
from pathlib import Path

from src.errors import InputError
from src.model import CLASSES, LABEL, REVIEW

TRAIN = "train.csv"
TEST = "test.csv"
COLUMNS = ("id", "condition", REVIEW, LABEL)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header.

    Raises InputError when the file is absent, lacks a column, has a ragged row, or has no row.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            rows = list(reader)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a folder with {path.name}") from None
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise InputError(f"{path} has no column {', '.join(missing)}")
    if not rows:
        raise InputError(f"{path} has no rows")
    for number, row in enumerate(rows, start=1):
        # The reader files surplus fields under the key None and fills absent ones with None.
        if None in row or None in row.values():
            raise InputError(f"{path}, row {number}: not {len(header)} fields")
    return rows


def label(row: dict[str, str]) -> str:
    """The class of a row. Raises InputError when it is none of the three."""
    if row[LABEL] not in CLASSES:
        raise InputError(f"{LABEL} must be {', '.join(CLASSES)}, not {row[LABEL]!r:.60}")
    return row[LABEL]
