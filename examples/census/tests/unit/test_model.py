import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from src.errors import InputError
from src.features import FEATURES, Encoder
from src.model import CHUNK, FILE, Model, load
from src.train import _start, _trees


def test_the_trees_answer_as_scikit_learn_does() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(2 * CHUNK + 1, len(FEATURES)))
    x[generator.random(x.shape) < 0.1] = np.nan
    y = np.nansum(x, axis=1) + np.isnan(x[:, 0]) > 0
    # With threads that wait for each other, a busy machine takes seconds instead of a tenth.
    with threadpool_limits(limits=1):
        booster = HistGradientBoostingClassifier(max_iter=30, early_stopping=False).fit(x, y)
        expected = booster.predict_proba(x)[:, 1]
    model = Model(Encoder({}), _start(booster), _trees(booster))
    np.testing.assert_allclose(model.score_matrix(x), expected, rtol=0, atol=1e-9)


def test_a_saved_model_answers_the_same(
    sample_model: Model, sample_rows: list[dict[str, str]], tmp_path: Path
) -> None:
    sample_model.save(tmp_path / "new")
    loaded = load(tmp_path / "new")
    np.testing.assert_allclose(
        loaded.score(sample_rows), sample_model.score(sample_rows), rtol=0, atol=1e-4
    )
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again" / FILE).read_bytes() == (tmp_path / "new" / FILE).read_bytes()


def test_no_instances_give_no_answers(sample_model: Model) -> None:
    assert sample_model.predict([]) == []


SCORES = np.array([0.2, 0.5, 0.500001])


def answers(model: Model, sex: object, thresholds: dict[str, float]) -> list[str]:
    return replace(model, thresholds=thresholds).classify([{"sex": sex}] * len(SCORES), SCORES)


@pytest.mark.parametrize("sex", ["Female", "Male", "", None, 7])
def test_without_thresholds_the_likelier_class_is_the_answer(
    sample_model: Model, sex: object
) -> None:
    assert answers(sample_model, sex, {}) == ["<=50K", "<=50K", ">50K"]


def test_a_group_is_judged_by_its_own_threshold(sample_model: Model) -> None:
    assert answers(sample_model, " Female ", {"Female": 0.1}) == [">50K"] * 3


@pytest.mark.parametrize("sex", ["Male", "", None, "female", "Nonbinary"])
def test_an_unknown_group_is_judged_by_the_common_threshold(
    sample_model: Model, sex: object
) -> None:
    assert answers(sample_model, sex, {"Female": 0.1}) == ["<=50K", "<=50K", ">50K"]


def test_a_group_that_is_no_text_is_refused(sample_model: Model) -> None:
    with pytest.raises(InputError, match="instance 0: sex must be text, not 7"):
        answers(sample_model, 7, {"Female": 0.1})


def test_thresholds_are_saved_with_the_model(sample_model: Model, tmp_path: Path) -> None:
    sample_model.save(tmp_path)
    assert json.loads((tmp_path / FILE).read_text())["thresholds"] == sample_model.thresholds
    assert load(tmp_path).thresholds == sample_model.thresholds


def test_a_model_from_before_there_were_thresholds_has_none(
    sample_model: Model, tmp_path: Path
) -> None:
    sample_model.save(tmp_path)
    path = tmp_path / FILE
    document = {**json.loads(path.read_text()), "format": 1}
    del document["thresholds"]
    path.write_text(json.dumps(document))
    assert load(tmp_path).thresholds == {}


def damage(text: str, key: str, value: object) -> str:
    return json.dumps({**json.loads(text), key: value})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", 0, "another version"),
        ("features", ["age"], "another version"),
        ("trees", {}, "damaged"),
        ("trees", [], "damaged"),
        ("start", None, "damaged"),
        ("thresholds", None, "damaged"),
        ("thresholds", {"Female": None}, "damaged"),
    ],
)
def test_a_strange_model_is_refused(
    sample_model: Model, tmp_path: Path, key: str, value: object, message: str
) -> None:
    sample_model.save(tmp_path)
    path = tmp_path / FILE
    path.write_text(damage(path.read_text(), key, value))
    with pytest.raises(InputError, match=message):
        load(tmp_path)


def test_half_a_model_and_no_model_are_refused(sample_model: Model, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load(tmp_path)
    sample_model.save(tmp_path)
    path = tmp_path / FILE
    path.write_text(path.read_text()[:1000])
    with pytest.raises(InputError, match="damaged"):
        load(tmp_path)
