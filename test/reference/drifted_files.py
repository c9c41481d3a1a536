"""Tests of whether the columns of two CSV files are of one distribution, by pandas and SciPy."""

import json
import sys
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

# Arrays of NumPy and columns of pandas, which are not there where this is checked.
Column = Any
Numbers = dict[str, float]

MIN_SHARE = 1e-4


def stability(before: Column, now: Column) -> float:
    p, q = (np.maximum(MIN_SHARE, np.asarray(counts) / np.sum(counts)) for counts in (before, now))
    return float(np.sum((q - p) * np.log(q / p)))


def number(before: Column, now: Column) -> Numbers:
    found = stats.ks_2samp(before, now, method="asymp")
    # Ten parts of the reference: a value belongs to the part of the middle of its own rows, or to the next one.
    values, counts = np.unique(before, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    parts = np.minimum(9, (middles / len(before) * 10).astype(int))
    edges = [values[parts <= part].max(initial=-np.inf) for part in range(9)]
    cells = [np.bincount(np.searchsorted(edges, side, side="left"), minlength=10) for side in (before, now)]
    return {
        "effect": found.statistic,
        "wasserstein": stats.wasserstein_distance(before, now) / np.std(before),
        "stability": stability(*cells),
        "reference": len(before),
        "current": len(now),
    }


def category(before: Column, now: Column) -> Numbers:
    table = pd.DataFrame({"before": before.value_counts(), "now": now.value_counts()}).fillna(0).to_numpy().T
    shares = table / table.sum(axis=1, keepdims=True)
    return {
        "effect": np.abs(shares[0] - shares[1]).sum() / 2,
        "p": stats.chi2_contingency(table, correction=False).pvalue,
        "stability": stability(*table),
        "reference": table[0].sum(),
        "current": table[1].sum(),
    }


def missing(before: Column, now: Column) -> Numbers:
    table = np.array([[side.isna().sum(), side.notna().sum()] for side in (before, now)])
    shares = table[:, 0] / table.sum(axis=1)
    return {
        "effect": abs(shares[0] - shares[1]),
        "p": stats.chi2_contingency(table, correction=False).pvalue,
        "reference": len(before),
        "current": len(now),
    }


def judge(files: list[str]) -> dict[str, Numbers]:
    sides = [pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""]) for file in files]
    found = {}
    for name in sides[0]:
        texts = [side[name] for side in sides]
        if name in ("city", "small"):
            kept = texts
            found[f"{name} chi-square"] = category(*(text.dropna() for text in texts))
        else:
            numbers = [pd.to_numeric(text, errors="coerce").replace([np.inf, -np.inf], np.nan) for text in texts]
            kept = numbers
            found[f"{name} Kolmogorov–Smirnov"] = number(*(side.dropna().to_numpy() for side in numbers))
        if any(side.isna().any() for side in kept):
            found[f"{name} missing values"] = missing(*kept)
    return {test: {key: float(value) for key, value in numbers.items()} for test, numbers in found.items()}


json.dump([judge(files) for files in json.load(sys.stdin)], sys.stdout)
