"""What is measured, in training and in evaluation."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from src.features import CLASSES
from src.model import METRICS_FILE


def measure(
    positive: Sequence[bool], scores: npt.NDArray[np.float64], answers: Sequence[str]
) -> dict[str, float]:
    """The metrics of a binary classifier; precision, recall and F1 are those of the upper class."""
    truth = np.array(positive, dtype=bool)
    answer = np.array(answers) == CLASSES[1]
    return {
        "accuracy": metrics.accuracy_score(truth, answer),
        "f1": metrics.f1_score(truth, answer, zero_division=0.0),
        "f1_macro": metrics.f1_score(truth, answer, average="macro", zero_division=0.0),
        "f1_weighted": metrics.f1_score(truth, answer, average="weighted", zero_division=0.0),
        "precision": metrics.precision_score(truth, answer, zero_division=0.0),
        "recall": metrics.recall_score(truth, answer, zero_division=0.0),
        "roc_auc": metrics.roc_auc_score(truth, scores),
        "log_loss": metrics.log_loss(truth, scores, labels=[False, True]),
        "n": len(truth),
    }


def write(folder: Path, values: dict[str, float]) -> None:
    """Write `metrics.json`, rounded to six decimals, into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rounded = {
        name: value if isinstance(value, int) else round(float(value), 6)
        for name, value in values.items()
    }
    (folder / METRICS_FILE).write_text(json.dumps(rounded, indent=2) + "\n", "utf-8")
