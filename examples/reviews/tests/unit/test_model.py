import math
from pathlib import Path

import pytest

from src.errors import InputError
from src.model import FILE, MAX_LENGTH, Model, likeliest, load

MODEL = Model(
    rarity={"bad": 2.0, "good": 1.0, "不": 1.5},
    weights={"bad": (3.0, 0.0, -3.0), "good": (-2.0, 0.0, 2.0), "不": (0.0, 1.0, 0.0)},
    intercepts=(0.0, -1.0, 0.5),
)


def test_probabilities_are_those_of_the_weighted_sums() -> None:
    [found] = MODEL.probabilities([{"review": "Good!"}])
    powers = [math.exp(-2), math.exp(-1), math.exp(2.5)]
    assert found == pytest.approx([power / sum(powers) for power in powers])


def test_the_likeliest_class_is_the_answer() -> None:
    instances = [{"review": "good"}, {"review": "&quot;BAD&quot;"}, {"review": "what?"}]
    assert MODEL.predict(instances) == ["positive", "negative", "positive"]
    assert MODEL.predict([]) == []
    assert likeliest([0.2, 0.5, 0.3]) == "neutral"


def test_other_fields_do_not_count() -> None:
    one, other = MODEL.probabilities([{"review": "bad"}, {"review": "bad", "rating": "positive"}])
    assert one == other


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "is missing"),
        (5, "must be a text, not 5"),
        (["bad"], "must be a text"),
        (True, "must be a text"),
        ("", "is empty"),
        (" \n\t\u00a0", "is empty"),
        ("x" * (MAX_LENGTH + 1), "has 10001 characters"),
    ],
)
def test_what_is_no_review_is_refused_by_place(value: object, message: str) -> None:
    with pytest.raises(InputError, match=f"instance 1: review {message}"):
        MODEL.predict([{"review": "x" * MAX_LENGTH}, {"review": value}])


def test_a_saved_model_is_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "new")
    assert load(tmp_path / "new") == MODEL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"intercepts": [0, 0, 0], "terms": []}',
        '{"intercepts": [0, 0], "terms": {}}',
        '{"intercepts": [0, 0, 0], "terms": {"bad": [1, 2, 3]}}',
        '{"intercepts": [0, 0, 0], "terms": {"bad": [1, 2, 3, NaN]}}',
    ],
)
def test_a_strange_model_and_no_model_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InputError, match="damaged"):
        load(tmp_path)
