"""Measures the drift of a table: `drift_peer.py REFERENCE CURRENT evidently|scipy`. Both tables are Parquet.

Numbers and the length of the text are compared by Kolmogorov-Smirnov, Wasserstein distance and PSI, categories by
chi-square and PSI: with Evidently's report, or with SciPy's functions and a PSI in NumPy. The identifier, the date and
the timestamp are left out.
"""

import json
import os
import sys
import time
from typing import Any

os.environ["DO_NOT_TRACK"] = "1"
started = time.monotonic()

import numpy as np
import pandas as pd

NUMBERS = ["temperature", "weight", "income", "score", "visits", "age", "amount", "limit_amount", "review_length"]
CATEGORIES = ["channel", "plan", "region", "device", "segment", "city", "active", "label"]
ALPHA, DISTANCE, PSI = 0.05, 0.1, 0.1


# Of pandas and NumPy, which are not there where this is checked.
Table = Any
Array = Any
Scores = dict[str, float]


def table_of(file: str) -> Table:
    columns = [name for name in NUMBERS if name != "review_length"] + CATEGORIES
    table = pd.read_parquet(file, columns=[*columns, "review"])
    table["review_length"] = table.pop("review").str.len()
    return table


def with_evidently(reference: Table, current: Table) -> Scores:
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    definition = DataDefinition(numerical_columns=NUMBERS, categorical_columns=CATEGORIES)
    limits = {"ks": ALPHA, "wasserstein": DISTANCE, "chisquare": ALPHA, "psi": PSI}
    asked = [(name, method) for name in NUMBERS for method in ("ks", "wasserstein", "psi")]
    asked += [(name, method) for name in CATEGORIES for method in ("chisquare", "psi")]
    report = Report([ValueDrift(column=name, method=method, threshold=limits[method]) for name, method in asked])
    snapshot = report.run(
        Dataset.from_pandas(current, data_definition=definition),
        Dataset.from_pandas(reference, data_definition=definition),
    )
    scores = [float(metric["value"]) for metric in snapshot.dict()["metrics"]]
    return {f"{name} {method}": score for (name, method), score in zip(asked, scores, strict=True)}


def psi(before: Array, after: Array) -> float:
    before, after = (np.maximum(counts / counts.sum(), 1e-4) for counts in (before, after))
    return float(((after - before) * np.log(after / before)).sum())


def with_scipy(reference: Table, current: Table) -> Scores:
    from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance

    found = {}
    for name in NUMBERS:
        before, after = (table[name].dropna().to_numpy() for table in (reference, current))
        found[f"{name} ks"] = float(ks_2samp(before, after, method="asymp").pvalue)
        found[f"{name} wasserstein"] = float(wasserstein_distance(before, after) / before.std())
        edges = np.unique(np.quantile(before, np.linspace(0, 1, 11)))
        edges[0], edges[-1] = -np.inf, np.inf
        found[f"{name} psi"] = psi(*(np.histogram(values, edges)[0] for values in (before, after)))
    for name in CATEGORIES:
        counts = pd.concat([table[name].value_counts() for table in (reference, current)], axis=1).fillna(0)
        found[f"{name} chisquare"] = float(chi2_contingency(counts.to_numpy().T).pvalue)
        found[f"{name} psi"] = psi(*counts.to_numpy(dtype=float).T)
    return found


reference, current = (table_of(file) for file in sys.argv[1:3])
read = time.monotonic() - started
found = {"evidently": with_evidently, "scipy": with_scipy}[sys.argv[3]](reference, current)
seconds = time.monotonic() - started
print(
    json.dumps({"rows": [len(reference), len(current)], "seconds": seconds, "seconds to read": read, "scores": found})
)
