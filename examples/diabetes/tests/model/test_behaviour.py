"""What the trained model in $MODEL_DIR must do, on the held-out rows and when a value changes."""

from pathlib import Path

import pytest

from src.dataset import TEST, label, read_rows
from src.model import Model

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(real_data: Path) -> Rows:
    return read_rows(real_data / TEST)


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def error(answers: list[float], rows: Rows) -> float:
    return mean([abs(answer - label(row)) for answer, row in zip(answers, rows, strict=True)])


def test_it_beats_the_mean(real_model: Model, rows: Rows) -> None:
    always = [mean([label(row) for row in rows])] * len(rows)
    assert error(real_model.predict(rows), rows) < 0.85 * error(always, rows)


def test_it_is_neither_too_high_nor_too_low(real_model: Model, rows: Rows) -> None:
    average = mean([label(row) for row in rows])
    assert mean(real_model.predict(rows)) == pytest.approx(average, rel=0.1)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("bmi", "20", "35"), ("bp", "75", "115"), ("s5", "4", "5.5")]
)
def test_directions_that_physicians_expect(
    real_model: Model, rows: Rows, name: str, low: str, high: str
) -> None:
    below, above = (
        real_model.predict([{**row, name: value} for row in rows]) for value in (low, high)
    )
    assert mean(above) - mean(below) > 20
    assert all(a >= b for a, b in zip(above, below, strict=True))
