import math
from pathlib import Path

import pytest

from src.dataset import read_rows
from src.errors import InputError
from src.model import FEATURES, FILE, Model, load
from src.train import train

MODEL = Model(dict.fromkeys(FEATURES, 0.0) | {"bmi": 2.0, "age": -1.0}, 100.0, 50.0, 200.0)


def test_a_weighted_sum(person: dict[str, object]) -> None:
    assert MODEL.predict([{**person, "bmi": 30, "age": 40.5}]) == [100 + 60 - 40.5]
    assert MODEL.predict([]) == []


def test_answers_stay_among_what_was_learned_from(person: dict[str, object]) -> None:
    extremes = [{**person, "bmi": 79, "age": 1}, {**person, "bmi": 10, "age": 110}]
    assert MODEL.predict(extremes) == [200, 50]


@pytest.mark.parametrize("value", [30, 30.0, "30", " 30.0 "])
def test_numbers_come_as_numbers_or_as_text(person: dict[str, object], value: object) -> None:
    assert MODEL.predict([{**person, "bmi": value}]) == MODEL.predict([{**person, "bmi": 30}])


@pytest.mark.parametrize(
    "value", [None, "", "fat", "nan", math.inf, -1, 9, 81, True, [30], {}, 10**400]
)
def test_what_is_no_sensible_number_is_refused_by_name(
    person: dict[str, object], value: object
) -> None:
    with pytest.raises(InputError, match="instance 1: bmi"):
        MODEL.predict([person, {**person, "bmi": value}])


def test_what_is_learned(drawn_data: Path) -> None:
    model, _penalty = train(read_rows(drawn_data / "train.csv"))
    assert model.weights["bmi"] == pytest.approx(10, abs=0.5)
    assert all(abs(weight) < 2 for name, weight in model.weights.items() if name != "bmi")


def test_a_saved_model_is_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "new")
    assert load(tmp_path / "new") == MODEL


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"weights": {"age": null}}'])
def test_a_strange_model_and_no_model_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(InputError, match="damaged"):
        load(tmp_path)
