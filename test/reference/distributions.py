"""Distributions, tests and quantiles by SciPy and NumPy."""

import json
import sys
from typing import Any

import numpy as np
from scipy import stats


def mcnemar(ours: int, theirs: int) -> float:
    # Without a row that just one of them has right there is nothing to test, and scipy refuses to.
    return float(stats.binomtest(ours, ours + theirs).pvalue) if ours + theirs > 0 else 1


def wilson(successes: int, trials: int, confidence: float) -> list[float]:
    return list(stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson"))


def quantile_interval(samples: list[float], share: float, confidence: float) -> list[float]:
    return list(stats.quantile_test(samples, q=0, p=share).confidence_interval(confidence))


functions = {
    "mcnemar": mcnemar,
    "wilson": wilson,
    "quantile": lambda samples, share: np.quantile(samples, share),
    "quantile_interval": quantile_interval,
    "normal_quantile": stats.norm.ppf,
    "normal_cdf": stats.norm.cdf,
    "binomial_probability": stats.binom.pmf,
    "binomial_cdf": stats.binom.cdf,
    "more_hits": lambda hits, rows, all_hits, all_rows: stats.hypergeom.sf(hits - 1, all_rows, all_hits, rows),
    "student_tail": stats.t.sf,
}


def plain(value: Any) -> Any:
    return [plain(one) for one in value] if isinstance(value, list) else None if np.isnan(value) else float(value)


json.dump([plain(functions[name](*arguments)) for name, arguments in json.load(sys.stdin)], sys.stdout)
