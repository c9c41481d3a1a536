"""The data that the pipeline was given, in $DATA_DIR."""

import re
from collections import Counter
from pathlib import Path

import pytest

from src.dataset import TEST, TRAIN, label, read_rows
from src.model import CLASSES, review
from src.normalize import normalize
from src.tokens import words

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def train_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TRAIN)


@pytest.fixture(scope="module")
def test_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TEST)


def essence(row: dict[str, str]) -> str:
    return re.sub(r"\W", "", normalize(row["review"]))


def test_every_value_can_be_used(train_rows: Rows, test_rows: Rows) -> None:
    for row in train_rows + test_rows:
        label(row)
        assert words(normalize(review(row))), row["id"]


def test_no_id_and_no_review_is_there_twice(train_rows: Rows, test_rows: Rows) -> None:
    """Neither within a file nor in both, even where a copy differs in its signs."""
    rows = train_rows + test_rows
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({essence(row) for row in rows}) == len(rows)


def test_both_files_are_of_the_same_population(train_rows: Rows, test_rows: Rows) -> None:
    shares = [Counter(map(label, rows)) for rows in (train_rows, test_rows)]
    for name in CLASSES:
        first, second = (count[name] / count.total() for count in shares)
        assert abs(first - second) < 0.05, name
    lengths = [
        sum(len(words(normalize(row["review"]))) for row in rows) / len(rows)
        for rows in (train_rows, test_rows)
    ]
    assert abs(lengths[0] - lengths[1]) < 0.15 * lengths[0]


def test_normalizing_leaves_no_entity_and_no_tag(train_rows: Rows, test_rows: Rows) -> None:
    left = re.compile(r"&#?\w+;|</\w")
    for row in train_rows + test_rows:
        assert not left.search(normalize(row["review"])), row["id"]


def test_conditions_are_no_pieces_of_a_page(train_rows: Rows, test_rows: Rows) -> None:
    assert not [row["id"] for row in train_rows + test_rows if "<" in row["condition"]]
