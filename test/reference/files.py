"""Metrics of predictions files by pandas, scikit-learn and Fairlearn.

The module's queries and results must be the same for the same files.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import fairlearn.metrics as f
import numpy as np
import pandas as pd
import sklearn.metrics as m
from sklearn.calibration import calibration_curve

# Of pandas, which is not there where this is checked.
Table = Any
Metrics = dict[str, float]


def classification(table: Table, positive: str) -> Metrics:
    y, p = table["label"] == positive, table["prediction"] == positive
    return {
        "accuracy": m.accuracy_score(y, p),
        "balanced_accuracy": m.balanced_accuracy_score(y, p),
        "precision": m.precision_score(y, p),
        "recall": m.recall_score(y, p),
        "f1": m.f1_score(y, p),
        "f1_macro": m.f1_score(y, p, average="macro"),
        "roc_auc": m.roc_auc_score(y, table["score"]),
        "pr_auc": m.average_precision_score(y, table["score"]),
        "log_loss": m.log_loss(y, table["score"]),
        "brier": m.brier_score_loss(y, table["score"]),
        "calibration_error": calibration_error(y.to_numpy(), table["score"].to_numpy()),
    }


def calibration_error(came_true: Any, scores: Any) -> float:
    true, mean = calibration_curve(came_true, scores, n_bins=10)
    rows = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], scores))
    return float(np.sum(np.abs(true - mean) * rows[rows > 0]) / len(scores))


def several(table: Table, scores: list[str]) -> Metrics:
    y, p = table["label"], table["prediction"]
    of_classes = table[scores].to_numpy()
    classes = sorted(set(y) | set(p))
    right = (y == p).to_numpy()
    of_answer = of_classes[range(len(table)), [classes.index(answer) for answer in p]]
    return {
        "accuracy": m.accuracy_score(y, p),
        "f1_macro": m.f1_score(y, p, average="macro"),
        "roc_auc": m.roc_auc_score(y, of_classes, multi_class="ovr", average="macro", labels=classes),
        "log_loss": m.log_loss(y, of_classes, labels=classes),
        "calibration_error": calibration_error(right, of_answer),
    }


LEVELS = [0.05, 0.5, 0.9]


def quantiles(table: Table) -> Table:
    """The columns of quantiles, the lowest first: their names have shares or per cent."""
    found = {}
    for column in table.columns:
        if column.startswith("prediction_q"):
            number = float(column.removeprefix("prediction_q"))
            found[number if number < 1 else number / 100] = table[column]
    return pd.DataFrame({level: found[level] for level in LEVELS})


def pinball(table: Table) -> float:
    given = quantiles(table)
    return float(np.mean([m.mean_pinball_loss(table["label"], given[level], alpha=level) for level in LEVELS]))


def coverage(table: Table) -> float:
    given = quantiles(table).to_numpy()
    return float(np.mean((given[:, 0] <= table["label"]) & (table["label"] <= given[:, -1])))


def regression(table: Table) -> Metrics:
    y, p = table["label"], table["prediction"]
    return {
        "pinball": pinball(table),
        "coverage": coverage(table),
        "coverage_error": abs(coverage(table) - 0.85),
        "quantile_crossing": float(np.mean(np.any(np.diff(quantiles(table).to_numpy()) < 0, axis=1))),
        "mae": m.mean_absolute_error(y, p),
        "rmse": m.root_mean_squared_error(y, p),
        "mape": m.mean_absolute_percentage_error(y, p),
        "r2": m.r2_score(y, p),
    }


def groups(table: Table, columns: list[str], metric: Callable[[Table], float]) -> Metrics:
    return {json.dumps([str(v) for v in key]): metric(part) for key, part in table.groupby(columns)}


def judge(case: dict[str, Any]) -> Metrics:
    tables = [pd.read_csv(path) for path in case["files"]]
    if case["task"] == "regression":
        found = {
            f"{index}.{name}": value for index, table in enumerate(tables) for name, value in regression(table).items()
        }
        by_metric: dict[str, Callable[[Table], float]] = {
            "mae": lambda part: m.mean_absolute_error(part["label"], part["prediction"]),
            "pinball": pinball,
            "coverage": coverage,
        }
        for name, metric in by_metric.items():
            by_group = groups(tables[0], case["columns"], metric)
            found |= {f"group.{name}.{key}": value for key, value in by_group.items()}
        return found
    positive, scores = case["positive"], case.get("scores")
    found = {
        f"{index}.{name}": value
        for index, table in enumerate(tables)
        for name, value in (several(table, scores) if scores else classification(table, positive)).items()
    }
    by_group = groups(tables[0], case["columns"], lambda part: m.accuracy_score(part["label"], part["prediction"]))
    found |= {f"group.accuracy.{key}": value for key, value in by_group.items()}
    both = tables[0].merge(tables[1], on="id", suffixes=("", "_b"))
    right, before = both["label"] == both["prediction"], both["label_b"] == both["prediction_b"]
    found |= {"only_candidate": (right & ~before).sum(), "only_baseline": (before & ~right).sum()}
    if scores:
        return found
    fair = {
        "y_true": tables[0]["label"] == positive,
        "y_pred": tables[0]["prediction"] == positive,
        "sensitive_features": tables[0][case["columns"][0]],
    }
    return found | {
        "disparate_impact": f.demographic_parity_ratio(**fair),
        "demographic_parity": f.demographic_parity_difference(**fair),
        "equalized_odds": f.equalized_odds_difference(**fair),
    }


json.dump([{name: float(value) for name, value in judge(case).items()} for case in json.load(sys.stdin)], sys.stdout)
