"""The data that the pipeline was given, in $DATA_DIR. Small or partial data may be checked too, so
nothing here depends on the number of rows of the original."""

from collections import Counter
from pathlib import Path

import pytest

from src.dataset import TEST, TRAIN, read_rows
from src.features import CATEGORIES, CLASSES, LABEL
from src.validate_data import check_overlap, check_rows

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def train_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TRAIN)


@pytest.fixture(scope="module")
def test_rows(real_data: Path) -> Rows:
    return read_rows(real_data / TEST)


def test_every_value_can_be_used(train_rows: Rows, test_rows: Rows) -> None:
    assert check_rows(TRAIN, train_rows) + check_rows(TEST, test_rows) == []


def test_both_files_have_the_same_columns(train_rows: Rows, test_rows: Rows) -> None:
    assert list(train_rows[0]) == list(test_rows[0])


def test_the_test_set_is_not_the_training_set(train_rows: Rows, test_rows: Rows) -> None:
    assert check_overlap(train_rows, test_rows) == []


def test_both_files_are_of_the_same_population(train_rows: Rows, test_rows: Rows) -> None:
    for column in ("sex", "race", "marital_status", LABEL):
        shares = [Counter(row[column] for row in rows) for rows in (train_rows, test_rows)]
        for value in shares[0] | shares[1]:
            first, second = (count[value] / count.total() for count in shares)
            assert abs(first - second) < 0.05, f"{column} {value}: {first:.1%} and {second:.1%}"


def test_the_test_set_has_no_category_that_training_never_saw(
    train_rows: Rows, test_rows: Rows
) -> None:
    for column in CATEGORIES:
        assert {row[column] for row in test_rows} <= {row[column] for row in train_rows}, column


def test_schooling_and_income_belong_together(train_rows: Rows) -> None:
    """A column shifted or shuffled against the others would pass every check of single values."""
    years = {
        label: [int(row["education_num"]) for row in train_rows if row[LABEL] == label]
        for label in CLASSES
    }
    low, high = (sum(values) / len(values) for values in years.values())
    assert high - low > 1


def test_husbands_are_male_and_wives_female(train_rows: Rows, test_rows: Rows) -> None:
    pairs = Counter((row["relationship"], row["sex"]) for row in train_rows + test_rows)
    wrong = pairs["Husband", "Female"] + pairs["Wife", "Male"]
    assert wrong <= 0.001 * pairs.total()
