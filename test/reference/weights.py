"""Metrics of rows that do not count alike, by scikit-learn and Fairlearn.

`null` where scikit-learn has no value: an area without labels of one kind.
"""

import json
import sys
from typing import Any

import fairlearn.metrics as f
import numpy as np
import pandas as pd
import sklearn.metrics as m

# Of pandas, which is not there where this is checked.
Table = Any
Metrics = dict[str, float | None]

POSITIVE = "yes"
LEVELS = [0.1, 0.5, 0.9]
CUTS = [2, 3, 5]


def calibration_error(came_true: Any, scores: Any, w: Any) -> float:
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], scores)
    gaps = np.bincount(bins, w * (scores - came_true), minlength=10)
    return float(np.sum(np.abs(gaps)) / np.sum(w))


def two_classes(table: Table, w: Any) -> Metrics:
    y, p = table["label"] == POSITIVE, table["prediction"] == POSITIVE
    s = table["score"].to_numpy()
    counted = y[w > 0]
    both = bool(counted.any() and not counted.all())
    weights = {"sample_weight": w}
    return {
        "accuracy": m.accuracy_score(y, p, **weights),
        "balanced_accuracy": m.balanced_accuracy_score(y, p, **weights),
        "precision": m.precision_score(y, p, zero_division=0, **weights),
        "recall": m.recall_score(y, p, zero_division=0, **weights),
        "f1": m.f1_score(y, p, zero_division=0, **weights),
        "f1_weighted": m.f1_score(y, p, average="weighted", zero_division=0, **weights),
        "roc_auc": m.roc_auc_score(y, s, **weights) if both else None,
        "pr_auc": m.average_precision_score(y, s, **weights) if counted.any() else None,
        "log_loss": m.log_loss(y, s, labels=[False, True], **weights),
        "brier": m.brier_score_loss(y, s, **weights),
        "calibration_error": calibration_error(y.to_numpy(), s, w),
    }


def several(table: Table, w: Any) -> Metrics:
    y, p = table["label"], table["prediction"]
    names = [column for column in table.columns if column.startswith("score_")]
    classes = [name.removeprefix("score_") for name in names]
    scores = table[names].to_numpy()
    of_answer = scores[range(len(table)), [classes.index(answer) for answer in p]]
    found = {
        "accuracy": m.accuracy_score(y, p, sample_weight=w),
        "f1_macro": m.f1_score(y, p, average="macro", sample_weight=w),
        "roc_auc": m.roc_auc_score(y, scores, multi_class="ovr", average="macro", labels=classes, sample_weight=w),
        "log_loss": m.log_loss(y, scores, labels=classes, sample_weight=w),
        "calibration_error": calibration_error((y == p).to_numpy(), of_answer, w),
    }
    return found | {
        f"top_{cut}_accuracy": m.top_k_accuracy_score(y, scores, k=cut, labels=classes, sample_weight=w)
        for cut in CUTS
        if cut < len(classes)
    }


def numbers(table: Table, w: Any) -> Metrics:
    y, p = table["label"], table["prediction"]
    given = {level: table[f"prediction_q{level}"] for level in LEVELS}
    covered = np.average((given[0.1] <= y) & (y <= given[0.9]), weights=w)
    return {
        "mae": m.mean_absolute_error(y, p, sample_weight=w),
        "rmse": m.root_mean_squared_error(y, p, sample_weight=w),
        "mape": m.mean_absolute_percentage_error(y, p, sample_weight=w),
        "r2": m.r2_score(y, p, sample_weight=w),
        "pinball": np.mean([m.mean_pinball_loss(y, given[one], alpha=one, sample_weight=w) for one in LEVELS]),
        "coverage": covered,
        "coverage_error": abs(covered - 0.8),
        "quantile_crossing": np.average(
            (given[0.1] > given[0.5]) | (given[0.5] > given[0.9]) | (given[0.1] > given[0.9]), weights=w
        ),
    }


def fairness(table: Table, w: Any) -> Metrics:
    given = {
        "y_true": table["label"] == POSITIVE,
        "y_pred": table["prediction"] == POSITIVE,
        "sensitive_features": table["sex"],
        "sample_weight": w,
    }
    return {
        "disparate_impact": f.demographic_parity_ratio(**given),
        "demographic_parity": f.demographic_parity_difference(**given),
        "equalized_odds": f.equalized_odds_difference(**given),
    }


KINDS = {"two": two_classes, "several": several, "numbers": numbers}


def judge(case: dict[str, Any]) -> Metrics:
    tables = [pd.read_csv(path) for path in case["files"]]
    weights = [table["w"].to_numpy() for table in tables]
    measure = KINDS[case["kind"]]
    found: Metrics = {
        f"{index}.{name}": value
        for index, (table, w) in enumerate(zip(tables, weights, strict=True))
        for name, value in measure(table, w).items()
    }
    table, w = tables[0], weights[0]
    wrong = (
        (table["label"] - table["prediction"]).abs()
        if case["kind"] == "numbers"
        else (table["label"] == table["prediction"])
    ).to_numpy()
    for sex in table["sex"].unique():
        own = (table["sex"] == sex).to_numpy()
        if w[own].sum() > 0:
            found[f"of {sex}"] = np.average(wrong[own], weights=w[own])
    if case["kind"] == "two" and case["fair"]:
        found |= fairness(table, w)
    # Rows are drawn with their weights.
    random = np.random.default_rng(1)
    drawn = (random.integers(len(w), size=len(w)) for _ in range(case["resamples"]))
    means = [np.average(wrong[rows], weights=w[rows]) for rows in drawn if w[rows].sum() > 0]
    found["low"], found["high"] = np.quantile(means, [0.025, 0.975])
    return found


json.dump(
    [
        {name: None if value is None else float(value) for name, value in judge(case).items()}
        for case in json.load(sys.stdin)
    ],
    sys.stdout,
)
