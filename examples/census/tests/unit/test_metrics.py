import json
from pathlib import Path

import numpy as np
import pytest

from src import metrics
from src.model import METRICS_FILE
from src.validate_metrics import check

SOUND = {"accuracy": 0.87, "roc_auc": 0.92, "log_loss": 0.28, "train_log_loss": 0.25}


def test_metrics_counted_by_hand() -> None:
    # Three true positives, one false positive, two false negatives, four true negatives.
    truth = [True] * 5 + [False] * 5
    scores = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.6, 0.2, 0.2, 0.1, 0.1])
    answers = [">50K" if score > 0.5 else "<=50K" for score in scores]
    measured = metrics.measure(truth, scores, answers)
    assert measured["accuracy"] == pytest.approx(0.7)
    assert measured["precision"] == pytest.approx(3 / 4)
    assert measured["recall"] == pytest.approx(3 / 5)
    assert measured["f1"] == pytest.approx(2 / 3)
    assert measured["roc_auc"] == pytest.approx(23 / 25)
    assert measured["n"] == 10


def test_answers_need_not_be_those_of_the_common_threshold() -> None:
    measured = metrics.measure([True, False], np.array([0.4, 0.3]), [">50K", "<=50K"])
    assert measured["accuracy"] == measured["f1"] == 1


def test_the_file_is_flat_and_rounded(tmp_path: Path) -> None:
    metrics.write(tmp_path, {"accuracy": 2 / 3, "n": 3})
    assert json.loads((tmp_path / METRICS_FILE).read_text()) == {"accuracy": 0.666667, "n": 3}


def test_sound_training_metrics_pass() -> None:
    assert check(SOUND) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"roc_auc": 0.5}, "roc_auc is 0.5"),
        ({"train_log_loss": 0.01}, "overfitted"),
        ({"log_loss": float("nan")}, "log_loss not finite"),
    ],
)
def test_a_broken_training_is_found(changes: dict[str, float], finding: str) -> None:
    assert finding in check({**SOUND, **changes})[0]


def test_missing_metrics_are_named() -> None:
    assert check({"accuracy": 0.9}) == ["roc_auc, log_loss, train_log_loss missing"]
