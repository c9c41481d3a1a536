"""Distances of two samples and tests of whether they are of one distribution, by SciPy."""

import json
import sys
from typing import Any

import numpy as np
from scipy import stats


def distances(values: list[float], reference: list[int], current: list[int]) -> list[float]:
    cdfs = [np.cumsum(counts) / np.sum(counts) for counts in (reference, current)]
    samples = [np.repeat(values, counts) for counts in (reference, current)]
    return [
        stats.ks_2samp(*samples, method="asymp").statistic if len(values) < 1000 else np.max(np.abs(cdfs[0] - cdfs[1])),
        stats.wasserstein_distance(values, values, reference, current),
        np.std(samples[0]),
    ]


def compare_counts(reference: list[int], current: list[int]) -> list[float | None]:
    table = np.array([reference, current])
    # A column at a time from the smallest: those expected too seldom, and more while they are too few together.
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    while table.shape[1] > 1:
        first = table[:, 0].sum()
        least = 5 * table.sum() / table.sum(axis=1).min()
        if first >= least and table[:, 1].sum() >= least:
            break
        table = table[:, 1:] if first == 0 else np.column_stack([table[:, 0] + table[:, 1], table[:, 2:]])
    if table.shape[1] < 2:
        return [None] * 4
    found = stats.chi2_contingency(table, correction=False)
    return [found.statistic, found.dof, found.pvalue, stats.contingency.association(table, method="cramer")]


functions = {
    "chi_square_tail": stats.chi2.sf,
    "kolmogorov_tail": lambda d, n, m: stats.kstwo.sf(d, np.round(n * m / (n + m))),
    "distances": distances,
    "compare_counts": compare_counts,
    "false_discovery": lambda p: list(stats.false_discovery_control(p)),
}


def plain(value: Any) -> Any:
    return [plain(one) for one in value] if isinstance(value, list) else None if value is None else float(value)


json.dump([plain(functions[name](*arguments)) for name, arguments in json.load(sys.stdin)], sys.stdout)
