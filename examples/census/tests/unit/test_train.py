import pytest

from src.errors import InputError
from src.train import train

Rows = list[dict[str, str]]


def test_more_epochs_fit_the_training_rows_better(
    sample_rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    model, measured = train(sample_rows, epochs=3)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in lines]
    assert losses == sorted(losses, reverse=True)
    assert measured["epochs"] == 3
    assert len(model.trees.roots) == 60


def test_something_is_learned(sample_rows: Rows) -> None:
    _, measured = train(sample_rows, epochs=2)
    assert measured["roc_auc"] > 0.8


def test_rows_of_one_class_are_refused(sample_rows: Rows) -> None:
    with pytest.raises(InputError, match="must have both classes"):
        train([{**row, "income": "<=50K"} for row in sample_rows], epochs=1)
