"""Train the model: `python -m src.train --data DIR --output DIR --epochs N`.

An epoch adds a fixed number of trees. Nine rows in ten are learned from; every tenth validates. The
thresholds of `src.fairness` are set afterwards, where pyproject.toml asks for them. The same code,
data and versions give the same bytes, whatever the number of processors.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import log_loss
from threadpoolctl import threadpool_limits

from src import fairness, metrics
from src.dataset import TRAIN, read_rows
from src.errors import InputError, run
from src.features import Encoder, category, is_positive
from src.model import BEYOND, Model, Trees

TREES_PER_EPOCH = 20
VALIDATION_EVERY = 10


def train(
    rows: list[dict[str, str]], epochs: int, mitigation: fairness.Mitigation
) -> tuple[Model, dict[str, float]]:
    """Learn from rows with labels; returns the model and its metrics on the validation rows.

    Prints a line per epoch, and one for the thresholds where there are any. Raises InputError for
    rows that cannot be learned from.
    """
    validation = rows[::VALIDATION_EVERY]
    training = [row for index, row in enumerate(rows) if index % VALIDATION_EVERY]
    y, y_validation = _labels(training), _labels(validation)
    for name, labels in (("training", y), ("validation", y_validation)):
        if len(set(labels)) < 2:
            raise InputError(f"the {name} rows ({len(labels)}) must have both classes: too few")
    encoder = Encoder.fit(training, y)
    x, x_validation = encoder.transform(training), encoder.transform(validation)
    booster = HistGradientBoostingClassifier(
        learning_rate=0.1,
        max_leaf_nodes=24,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
        warm_start=True,
        random_state=0,
    )
    # Threads may add floating point numbers in an order of their own: one thread never does.
    with threadpool_limits(limits=1, user_api="openmp"):
        for epoch in range(1, epochs + 1):
            booster.set_params(max_iter=epoch * TREES_PER_EPOCH).fit(x, y)
            loss = log_loss(y, booster.predict_proba(x)[:, 1])
            validation_loss = log_loss(y_validation, booster.predict_proba(x_validation)[:, 1])
            print(
                f"epoch {epoch}/{epochs}: loss {loss:.4f}, validation loss {validation_loss:.4f}",
                flush=True,
            )
    model = Model(encoder, _start(booster), _trees(booster))
    if mitigation == "thresholds":
        model = replace(model, thresholds=_thresholds(model, rows))
    scores = model.score_matrix(x_validation)
    measured = metrics.measure(y_validation, scores, model.classify(validation, scores))
    return model, {**measured, "train_log_loss": loss, "epochs": epochs}


def _thresholds(model: Model, rows: list[dict[str, str]]) -> dict[str, float]:
    groups = [category(row, fairness.PROTECTED) for row in rows]
    chosen = fairness.thresholds(groups, model.score(rows))
    print("thresholds: " + ", ".join(f"{group} {limit:.2f}" for group, limit in chosen.items()))
    return chosen


def _labels(rows: list[dict[str, str]]) -> list[bool]:
    return [is_positive(row) for row in rows]


def _start(booster: HistGradientBoostingClassifier) -> float:
    return float(booster._baseline_prediction.item())


# scikit-learn has no public way to read these trees. The version is pinned, and a test holds the
# result against the library's own answers.
def _trees(booster: HistGradientBoostingClassifier) -> Trees:
    tables = [predictor.nodes for [predictor] in booster._predictors]
    sizes = [len(table) for table in tables]
    roots = np.cumsum([0, *sizes[:-1]])
    nodes = np.concatenate(tables)
    offset = np.repeat(roots, sizes)
    leaf = nodes["is_leaf"].astype(bool)
    own = np.arange(len(nodes))

    def unless_leaf(column: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        return np.where(leaf, 0, column)

    return Trees(
        roots=roots,
        feature=unless_leaf(nodes["feature_idx"]).astype(np.int64),
        threshold=np.minimum(unless_leaf(nodes["num_threshold"]), BEYOND),
        unknown_left=unless_leaf(nodes["missing_go_to_left"]).astype(bool),
        left=np.where(leaf, own, nodes["left"] + offset),
        right=np.where(leaf, own, nodes["right"] + offset),
        value=np.where(leaf, nodes["value"], 0.0),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.train")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {TRAIN}")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model")
    parser.add_argument("--epochs", type=int, default=10, help=f"{TREES_PER_EPOCH} trees each")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be 1 or more")
    mitigation = fairness.mitigation()
    model, measured = train(read_rows(arguments.data / TRAIN), arguments.epochs, mitigation)
    model.save(arguments.output)
    metrics.write(arguments.output, measured)


if __name__ == "__main__":
    run(main)
