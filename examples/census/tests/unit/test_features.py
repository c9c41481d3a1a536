import math

import pytest

from src.errors import InputError
from src.features import CATEGORIES, FEATURES, Encoder, is_positive

ROWS = [{"workclass": name} for name in ["Low"] * 40 + ["High"] * 40 + ["Rare"]]
ENCODER = Encoder.fit(ROWS, [False] * 40 + [True] * 40 + [True])


def cell(person: dict[str, object], name: str, **changes: object) -> float:
    return ENCODER.transform([{**person, **changes}])[0, FEATURES.index(name)]


def test_categories_are_ordered_by_their_share_of_positives_and_rare_ones_are_held_back() -> None:
    assert ENCODER.ranks["workclass"] == {"Low": 0, "Rare": 1, "High": 2}


def test_ties_are_ordered_by_name() -> None:
    rows = [{"workclass": name} for name in "cab"]
    assert list(Encoder.fit(rows, [True] * 3).ranks["workclass"]) == ["a", "b", "c"]


def test_one_row_per_instance_and_one_column_per_feature(person: dict[str, object]) -> None:
    assert ENCODER.transform([person, person]).shape == (2, len(FEATURES))
    assert ENCODER.transform([]).shape == (0, len(FEATURES))


@pytest.mark.parametrize("value", [39, 39.0, "39", " 39 "])
def test_numbers_come_as_numbers_or_as_text(person: dict[str, object], value: object) -> None:
    assert cell(person, "age", age=value) == 39


@pytest.mark.parametrize("value", ["", None, "Astronaut"])
def test_unknown_and_unseen_categories_are_nan(person: dict[str, object], value: object) -> None:
    assert math.isnan(cell(person, "workclass", workclass=value))


def test_an_absent_category_is_unknown(person: dict[str, object]) -> None:
    without = {name: value for name, value in person.items() if name not in CATEGORIES}
    assert math.isnan(ENCODER.transform([without])[0, FEATURES.index("workclass")])


def test_blanks_around_a_category_do_not_matter(person: dict[str, object]) -> None:
    assert cell(person, "workclass", workclass=" High ") == 2


@pytest.mark.parametrize(
    "value", [None, "", "old", "nan", math.nan, math.inf, -1, 121, True, [39], {}, 10**400]
)
def test_what_is_no_sensible_number_is_refused_by_name(
    person: dict[str, object], value: object
) -> None:
    with pytest.raises(InputError, match="instance 1: age"):
        ENCODER.transform([person, {**person, "age": value}])


@pytest.mark.parametrize("value", [7, True, ["Private"]])
def test_a_category_that_is_no_text_is_refused(person: dict[str, object], value: object) -> None:
    with pytest.raises(InputError, match="workclass must be text"):
        ENCODER.transform([{**person, "workclass": value}])


def test_sex_and_race_are_no_features(person: dict[str, object]) -> None:
    assert not {"sex", "race"} & set(FEATURES)


def test_labels() -> None:
    assert is_positive({"income": ">50K"})
    assert not is_positive({"income": "<=50K"})
    with pytest.raises(InputError, match=r"income must be one of .* not '>50K\.'"):
        is_positive({"income": ">50K."})
