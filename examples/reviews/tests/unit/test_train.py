import numpy as np
import pytest

from src.errors import InputError
from src.model import Model
from src.train import rounding, train


def row(review: str, rating: str) -> dict[str, str]:
    return {"review": review, "rating": rating}


def test_what_is_learned(drawn_model: Model) -> None:
    assert drawn_model.weights["horrible"][0] > 0.5
    assert drawn_model.weights["great"][2] > 0.5
    assert drawn_model.weights["not_help"][0] > 0.5
    assert max(map(abs, drawn_model.weights["<number>"])) < 0.5


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("fine", "positive"), row("bad", "negative")], "no row is neutral"),
        ([row("fine", "good")], "rating must be"),
        ([row(" ", "positive")], "review is empty"),
        (
            [row("a", "positive"), row("b", "negative"), row("c", "neutral")],
            "no words in common",
        ),
    ],
)
def test_rows_that_cannot_be_learned_from(rows: list[dict[str, str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        train(rows, epochs=1)


def test_rounded_numbers_have_no_negative_zero() -> None:
    values = np.array([[-0.000001, 1.23456]])
    assert str(rounding(values)) == "[[0.0, 1.2346]]"
