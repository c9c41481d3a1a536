import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from src.errors import InputError
from src.features import FEATURES, Encoder
from src.model import CHUNK, FILE, Model, classify, load
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


def test_the_likelier_class_is_the_answer() -> None:
    assert classify(np.array([0.2, 0.5, 0.500001])) == ["<=50K", "<=50K", ">50K"]


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
