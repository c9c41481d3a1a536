"""The data that the pipeline was given, in $DATA_DIR."""

from pathlib import Path

import pytest

from src.dataset import TEST, TRAIN, label, read_rows
from src.model import values

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def train_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TRAIN)


@pytest.fixture(scope="module")
def test_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TEST)


def test_every_value_can_be_used(train_rows: Rows, test_rows: Rows) -> None:
    for row in train_rows + test_rows:
        values(row)
        label(row)


def test_no_row_is_there_twice(train_rows: Rows, test_rows: Rows) -> None:
    rows = [tuple(row.items()) for row in train_rows + test_rows]
    assert len(set(rows)) == len(rows)


def test_both_files_are_of_the_same_population(train_rows: Rows, test_rows: Rows) -> None:
    for column in ("age", "bmi", "progression"):
        first, second = (
            sum(float(row[column]) for row in rows) / len(rows) for rows in (train_rows, test_rows)
        )
        assert abs(first - second) < 0.1 * first, column
