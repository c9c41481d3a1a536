"""The data files: `train.csv` to learn from and `test.csv`, never seen in training, to judge by."""

import csv
from pathlib import Path

from src.errors import InputError
from src.model import FEATURES, LABEL, number

TRAIN = "train.csv"
TEST = "test.csv"

LABEL_RANGE = (1, 1000)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a header. Raises InputError when there are none."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            header = reader.fieldnames or []
            rows = list(reader)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a folder with {path.name}") from None
    missing = [name for name in (*FEATURES, LABEL) if name not in header]
    if missing:
        raise InputError(f"{path} has no column {', '.join(missing)}")
    if not rows:
        raise InputError(f"{path} has no rows")
    return rows


def label(row: dict[str, str]) -> float:
    """The progression of a row. Raises InputError when it is no sensible number."""
    return number(row, LABEL, *LABEL_RANGE)
