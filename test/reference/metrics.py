"""Metrics of classifiers and of regression models by scikit-learn.

They are null where the module leaves them undefined, too: where scikit-learn has a convention (0 or 1, with a warning)
instead of a value.
"""

import json
import sys
from typing import Any

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

Case = dict[str, Any]
Metrics = dict[str, Any]


def classification(case: Case) -> Metrics:
    classes, positive = case["classes"], case["positive"]
    y = np.array([classes[i] for i in case["labels"]])
    p = np.array([classes[i] for i in case["predictions"]])
    found = {
        "accuracy": m.accuracy_score(y, p),
        "balanced_accuracy": m.balanced_accuracy_score(y, p),
    }
    for name, score in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        for average in ("macro", "weighted"):
            found[f"{name}_{average}"] = score(y, p, average=average, zero_division=0)
        by_class = score(y, p, labels=classes, average=None, zero_division=0)
        found |= {f"{name}[{one}]": value for one, value in zip(classes, by_class, strict=True)}
        if positive is None:
            found[name] = found[f"{name}_macro"]
        elif classes[positive] in set(y) | set(p):
            found[name] = score(y, p, pos_label=classes[positive], average="binary", zero_division=0)
        else:
            # scikit-learn refuses a positive class that does not occur.
            found[name] = by_class[positive]
    if case["scores"] is not None:
        found |= of_scores(y == classes[positive], np.array(case["scores"]))
    return found


def of_scores(y: Any, s: Any) -> Metrics:
    both = 0 < y.sum() < len(y)
    found = {
        "roc_auc": m.roc_auc_score(y, s) if both else None,
        "pr_auc": m.average_precision_score(y, s) if y.any() else None,
    }
    if s.min() >= 0 and s.max() <= 1:
        found["log_loss"] = m.log_loss(y, s, labels=[False, True])
        found["brier"] = m.brier_score_loss(y, s)
        true, mean = calibration_curve(y, s, n_bins=10)
        rows = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], s))
        found["calibration_error"] = np.sum(np.abs(true - mean) * rows[rows > 0]) / len(y)
        found |= {f"calibration_score[{cell}]": value for cell, value in enumerate(mean)}
        found |= {f"calibration_observed[{cell}]": value for cell, value in enumerate(true)}
    return found


def regression(case: Case) -> Metrics:
    y, p = np.array(case["labels"]), np.array(case["predictions"])
    return {
        "mae": m.mean_absolute_error(y, p),
        "rmse": m.root_mean_squared_error(y, p),
        "mape": None if 0 in y else m.mean_absolute_percentage_error(y, p),
        "r2": m.r2_score(y, p) if len(set(y)) > 1 else None,
    }


tasks = {"classification": classification, "regression": regression}
found = [
    {name: None if value is None else float(value) for name, value in tasks[case["task"]](case).items()}
    for case in json.load(sys.stdin)
]
json.dump(found, sys.stdout)
