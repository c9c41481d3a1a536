"""The trained model: an ensemble of decision trees in a JSON file.

Not a pickle: a pickle runs code when it is loaded, its bytes differ from one version and machine to
the next, and reading it takes scikit-learn, whose import is most of a server's start. The file has
nothing but the numbers that decide an answer, rounded so that the last bit of another processor's
arithmetic does not show.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from src.errors import InputError
from src.fairness import COMMON, PROTECTED
from src.features import CLASSES, FEATURES, Encoder, Instance, Matrix, category, each

FILE = "model.json"
METRICS_FILE = "metrics.json"
# Format 1 had no thresholds. Such a model is still read: it may be the baseline of the next one.
FORMAT = 2
DECIMALS = 6

# A threshold beyond all values, where a tree only tells known from unknown. JSON has no infinity.
BEYOND = 1e12

# Rows scored at once: bounds the memory, whatever the number of rows.
CHUNK = 1024


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees, one after the other. A leaf is its own left and right child."""

    roots: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    unknown_left: npt.NDArray[np.bool_]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]

    def sum(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """For each row, the sum of the values of the leaves that it ends in."""
        rows = np.arange(len(matrix))[:, None]
        node = np.repeat(self.roots[None, :], len(matrix), axis=0)
        while True:
            value = matrix[rows, self.feature[node]]
            go_left = (value <= self.threshold[node]) | (np.isnan(value) & self.unknown_left[node])
            following = np.where(go_left, self.left[node], self.right[node])
            if np.array_equal(following, node):
                total: npt.NDArray[np.float64] = self.value[node].sum(axis=1)
                return total
            node = following


@dataclass(frozen=True)
class Model:
    """An encoder, the log-odds that all instances start from, and the trees that correct them.

    `thresholds` has the score above which a group gets the upper class; without any it is COMMON
    for everyone, and the group is not looked at.
    """

    encoder: Encoder
    start: float
    trees: Trees
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def score(self, instances: Sequence[Instance]) -> npt.NDArray[np.float64]:
        """The probability of the upper class, for each instance. Raises InputError."""
        return self.score_matrix(self.encoder.transform(instances))

    def score_matrix(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """The same for instances that are encoded already."""
        parts = [
            self.trees.sum(matrix[first : first + CHUNK]) for first in range(0, len(matrix), CHUNK)
        ]
        log_odds = self.start + np.concatenate([*parts, np.empty(0)])
        probability: npt.NDArray[np.float64] = 1.0 / (1.0 + np.exp(-log_odds))
        return probability

    def predict(self, instances: Sequence[Instance]) -> list[str]:
        """The class of each instance. Raises InputError."""
        return self.classify(instances, self.score(instances))

    def classify(self, instances: Sequence[Instance], scores: npt.NDArray[np.float64]) -> list[str]:
        """The same for instances whose scores are known."""
        limits = each(self._threshold, instances)
        return [CLASSES[int(score > limit)] for score, limit in zip(scores, limits, strict=True)]

    def _threshold(self, instance: Instance) -> float:
        if not self.thresholds:
            return COMMON
        return self.thresholds.get(category(instance, PROTECTED), COMMON)

    def save(self, folder: Path) -> None:
        """Write the model's file into the folder, which is made when it does not exist."""
        nodes = {
            name: (column.round(DECIMALS) if column.dtype.kind == "f" else column).tolist()
            for name, column in vars(self.trees).items()
        }
        document = {
            "format": FORMAT,
            "classes": CLASSES,
            "features": FEATURES,
            "ranks": self.encoder.ranks,
            "start": round(self.start, DECIMALS),
            "thresholds": self.thresholds,
            "trees": nodes,
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")


def model_dir() -> Path:
    """The folder that $MODEL_DIR names, by default `models` below the current one."""
    return Path(os.environ.get("MODEL_DIR", "models"))


def load(folder: Path) -> Model:
    """Read a model's file. Raises InputError when it is absent, damaged, or of another version."""
    path = folder / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["format"] not in (1, FORMAT) or document["features"] != list(FEATURES):
            raise InputError(f"{path} was made by another version of the code: train again")
        return Model(
            encoder=Encoder(document["ranks"]),
            start=float(document["start"]),
            trees=_trees(document["trees"]),
            thresholds={} if document["format"] == 1 else _thresholds(document["thresholds"]),
        )
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: train first, or name another folder") from None
    except (AttributeError, KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is damaged ({error!r:.80}): train again") from None


def _thresholds(groups: dict[str, Any]) -> dict[str, float]:
    return {group: float(limit) for group, limit in groups.items()}


def _trees(columns: dict[str, list[Any]]) -> Trees:
    return Trees(
        roots=np.array(columns["roots"], np.int64),
        feature=np.array(columns["feature"], np.int64),
        threshold=np.array(columns["threshold"], np.float64),
        unknown_left=np.array(columns["unknown_left"], np.bool_),
        left=np.array(columns["left"], np.int64),
        right=np.array(columns["right"], np.int64),
        value=np.array(columns["value"], np.float64),
    )
