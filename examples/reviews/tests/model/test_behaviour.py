"""What the trained model in $MODEL_DIR must do, on the held-out rows and when a text changes."""

import html
from pathlib import Path

import pytest

from src.dataset import TEST, label, read_rows
from src.model import POSITIVE, Model

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(real_data: Path) -> Rows:
    return read_rows(real_data / TEST)


def scores(model: Model, texts: list[str]) -> list[float]:
    return [row[POSITIVE] for row in model.probabilities([{"review": text} for text in texts])]


def test_it_beats_the_commonest_answer(real_model: Model, rows: Rows) -> None:
    labels = [label(row) for row in rows]
    right = sum(a == b for a, b in zip(real_model.predict(rows), labels, strict=True))
    commonest = max(labels.count(name) for name in set(labels))
    assert right > commonest + 0.04 * len(rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It changed my life. I love it, no side effects at all.", "positive"),
        ("Horrible. It did not work and I got headaches and nausea.", "negative"),
    ],
)
def test_clear_cases(real_model: Model, text: str, expected: str) -> None:
    assert real_model.predict([{"review": text}]) == [expected]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (" I love it.", " I hate it."),
        (" It helped me a lot.", " It did not help me."),
        (" No side effects.", " Horrible side effects."),
        (" Highly recommend it!", " I would not recommend it!"),
    ],
)
def test_a_sentence_more_moves_the_score(
    real_model: Model, rows: Rows, better: str, worse: str
) -> None:
    above, below = (
        scores(real_model, [row["review"] + sentence for row in rows])
        for sentence in (better, worse)
    )
    assert sum(above) / len(rows) - sum(below) / len(rows) > 0.02
    assert sum(a > b for a, b in zip(above, below, strict=True)) > 0.9 * len(rows)


def test_the_form_of_a_text_does_not_count(real_model: Model, rows: Rows) -> None:
    texts = [row["review"] for row in rows]
    expected = scores(real_model, texts)
    forms = {
        "entities": [html.unescape(text) for text in texts],
        "capitals": [html.unescape(text).upper() for text in texts],
        "apostrophes": [text.replace("&#039;", "\u2019") for text in texts],
        "blanks": [f"\n {text.replace(' ', '  ')}\t" for text in texts],
        "zero width": [text.replace(" ", " \u200b") for text in texts],
    }
    for name, changed in forms.items():
        assert scores(real_model, changed) == expected, name


def test_the_condition_and_the_drug_do_not_count(real_model: Model, rows: Rows) -> None:
    other = [{**row, "condition": "Pain", "drug": "", "rating": ""} for row in rows]
    assert real_model.probabilities(other) == real_model.probabilities(rows)


def test_an_answer_does_not_depend_on_its_neighbours(real_model: Model, rows: Rows) -> None:
    together = real_model.probabilities(rows[:20])
    assert [real_model.probabilities([row])[0] for row in rows[:20]] == together
