"""Percentile intervals by scipy.stats.bootstrap, in which the resamples of all columns are of the same rows."""

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

# Of numbers, the last axis the rows; NumPy is not there where this is checked.
Array = Any
Case = dict[str, Any]
Metric = Callable[..., Array]

EPSILON = np.finfo(float).eps


def bootstrap(columns: tuple[Array, ...], statistic: Metric, case: Case) -> Any:
    """The resamples of a case, with their percentile interval."""
    return stats.bootstrap(
        columns,
        statistic,
        paired=True,
        vectorized=True,
        axis=-1,
        method="percentile",
        n_resamples=case["resamples"],
        batch=1000,
        confidence_level=case["confidence"],
        rng=np.random.default_rng(case["seed"]),
    )


def f1(y: Array, p: Array, _s: Array) -> Array:
    return 2 * np.sum(y * p, axis=-1) / (np.sum(y, axis=-1) + np.sum(p, axis=-1))


def recall(y: Array, p: Array) -> Array:
    return np.sum(y * p, axis=-1) / np.sum(y, axis=-1)


def roc_auc(y: Array, _p: Array, s: Array) -> Array:
    """By the ranks of the positives, equal scores sharing their ranks (Mann and Whitney)."""
    positives = np.sum(y, axis=-1)
    ranks = np.sum(y * stats.rankdata(s, axis=-1), axis=-1)
    return (ranks - positives * (positives + 1) / 2) / (positives * (y.shape[-1] - positives))


def log_loss(y: Array, _p: Array, s: Array) -> Array:
    s = np.clip(s, EPSILON, 1 - EPSILON)
    return -np.mean(y * np.log(s) + (1 - y) * np.log(1 - s), axis=-1)


def gaps(y: Array, s: Array) -> Array:
    """The mean distance of score and outcome in each of ten bins, weighted by its share of the rows."""
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], s)
    return np.array([np.mean((s - y) * (bins == at), axis=-1) for at in range(10)])


def calibration_interval(y: Array, s: Array, case: Case) -> list[float]:
    """From the error less what noise may have added to it, to the upper end of the resampled errors."""
    observed = gaps(y, s)

    def resampled(y: Array, s: Array, axis: int) -> Array:
        of_bins = gaps(y, s)
        from_observed = np.moveaxis(of_bins, 0, -1) - observed
        return np.array([np.sum(np.abs(of_bins), axis=0), np.sum(np.abs(from_observed), axis=-1)])

    errors, noises = bootstrap((y, s), resampled, case).bootstrap_distribution
    error, end = np.sum(np.abs(observed)), (1 + case["confidence"]) / 2
    return [float(max(0, error - np.quantile(noises, end))), float(max(error, np.quantile(errors, end)))]


OF_CLASSIFIER: dict[str, Metric] = {
    "accuracy": lambda y, p, s: np.mean(y == p, axis=-1),
    "balanced_accuracy": lambda y, p, s: (recall(y, p) + recall(1 - y, 1 - p)) / 2,
    "f1": f1,
    "roc_auc": roc_auc,
    "log_loss": log_loss,
    "brier": lambda y, p, s: np.mean((s - y) ** 2, axis=-1),
}
OF_NUMBERS: dict[str, Metric] = {
    "mae": lambda y, p: np.mean(np.abs(y - p), axis=-1),
    "rmse": lambda y, p: np.sqrt(np.mean((y - p) ** 2, axis=-1)),
    "r2": lambda y, p: 1 - np.mean((y - p) ** 2, axis=-1) / np.var(y, axis=-1),
}


def pinball(y: Array, low: Array, high: Array) -> Array:
    losses = [np.maximum(q * (y - p), (q - 1) * (y - p)) for q, p in ((0.1, low), (0.9, high))]
    return np.mean((losses[0] + losses[1]) / 2, axis=-1)


def coverage(y: Array, low: Array, high: Array) -> Array:
    return np.mean((low <= y) & (y <= high), axis=-1)


OF_QUANTILES: dict[str, Metric] = {
    "pinball": pinball,
    "coverage": coverage,
}


def spread(rates: list[Array]) -> tuple[Array, Array]:
    return np.max(rates, axis=0), np.min(rates, axis=0)


def rates_of(y: Array, p: Array, g: Array, label: int | None) -> list[Array]:
    """Shares of favourable answers by group, of the rows with the label."""
    groups = [(g == group) & ((y == label) if label is not None else True) for group in range(3)]
    return [np.sum(p * group, axis=-1) / np.sum(group, axis=-1) for group in groups]


def equalized_odds(y: Array, p: Array, g: Array) -> Array:
    high, low = zip(spread(rates_of(y, p, g, 0)), spread(rates_of(y, p, g, 1)), strict=True)
    return np.max(np.array(high) - np.array(low), axis=0)


def disparate_impact(y: Array, p: Array, g: Array) -> Array:
    high, low = spread(rates_of(y, p, g, None))
    return low / high


def demographic_parity(y: Array, p: Array, g: Array) -> Array:
    high, low = spread(rates_of(y, p, g, None))
    return high - low


OF_GROUPS: dict[str, Metric] = {
    "disparate_impact": disparate_impact,
    "demographic_parity": demographic_parity,
    "equalized_odds": equalized_odds,
}


METRICS = {"classification": OF_CLASSIFIER, "regression": OF_NUMBERS, "quantiles": OF_QUANTILES, "fairness": OF_GROUPS}


def intervals(case: Case) -> dict[str, list[float]]:
    columns = tuple(np.array(column) for column in case["columns"])
    found = {}
    for name, metric in METRICS[case["task"]].items():
        if case["task"] == "fairness":
            found[name] = interval(columns, whole(metric), case)
            continue
        # The columns are the labels, then the candidate's answers, then as many of the baseline.
        half = (len(columns) - 1) // 2
        found[name] = interval(columns, candidate(metric, half), case)
        found[f"{name} difference"] = interval(columns, difference(metric, half), case)
    if case["task"] == "classification":
        labels, _answers, scores = columns[:3]
        found["calibration_error"] = calibration_interval(labels, scores, case)
    return found


def whole(metric: Metric) -> Metric:
    return lambda *c, axis: metric(*c)


def candidate(metric: Metric, half: int) -> Metric:
    return lambda *c, axis: metric(c[0], *c[1 : half + 1])


def difference(metric: Metric, half: int) -> Metric:
    return lambda *c, axis: metric(c[0], *c[1 : half + 1]) - metric(c[0], *c[half + 1 :])


def interval(columns: tuple[Array, ...], statistic: Metric, case: Case) -> list[float]:
    ends = bootstrap(columns, statistic, case).confidence_interval
    return [float(ends.low), float(ends.high)]


json.dump([intervals(case) for case in json.load(sys.stdin)], sys.stdout)
