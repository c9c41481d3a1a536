from dataclasses import replace
from pathlib import Path

import pytest

from src.errors import InputError
from src.fairness import COMMON, thresholds
from src.model import FILE, Model
from src.train import VALIDATION_EVERY, train

Rows = list[dict[str, str]]


def test_more_epochs_fit_the_training_rows_better(
    sample_rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    model, measured = train(sample_rows, epochs=3, mitigation="none")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in lines]
    assert losses == sorted(losses, reverse=True)
    assert measured["epochs"] == 3
    assert len(model.trees.roots) == 60


def test_something_is_learned(sample_rows: Rows) -> None:
    _, measured = train(sample_rows, epochs=2, mitigation="none")
    assert measured["roc_auc"] > 0.8


def test_rows_of_one_class_are_refused(sample_rows: Rows) -> None:
    with pytest.raises(InputError, match="must have both classes"):
        train([{**row, "income": "<=50K"} for row in sample_rows], epochs=1, mitigation="none")


def test_mitigation_adds_thresholds_and_leaves_the_trees_alone(
    sample_rows: Rows, sample_model: Model, tmp_path: Path
) -> None:
    plain, _ = train(sample_rows, epochs=2, mitigation="none")
    assert dict(plain.thresholds) == {}
    assert list(sample_model.thresholds) == ["Female", "Male"]
    assert sample_model.thresholds["Female"] < sample_model.thresholds["Male"] == COMMON
    replace(sample_model, thresholds={}).save(tmp_path / "bare")
    plain.save(tmp_path / "plain")
    assert (tmp_path / "bare" / FILE).read_bytes() == (tmp_path / "plain" / FILE).read_bytes()


def test_thresholds_come_from_the_training_file_without_its_labels(
    sample_rows: Rows, sample_model: Model
) -> None:
    groups = [row["sex"] for row in sample_rows]
    unlabelled = [{**row, "income": ""} for row in sample_rows]
    assert thresholds(groups, sample_model.score(unlabelled)) == sample_model.thresholds


def test_the_metrics_are_those_of_the_answers_given(sample_rows: Rows) -> None:
    model, measured = train(sample_rows, epochs=2, mitigation="thresholds")
    validation = sample_rows[::VALIDATION_EVERY]
    right = sum(
        answer == row["income"]
        for answer, row in zip(model.predict(validation), validation, strict=True)
    )
    assert measured["accuracy"] == pytest.approx(right / len(validation))
