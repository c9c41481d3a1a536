"""Metrics of rankings by scikit-learn, and where that lacks them or is too slow by going through the rows.

Of equal scores, relevant rows come last in `map` and `mrr`; scikit-learn's ndcg_score has the mean over all orders.
Groups in which nothing is relevant are left out.
"""

import json
import sys
from collections import defaultdict
from math import log2
from statistics import fmean as mean
from typing import Any

import numpy as np
import pandas as pd
import sklearn.metrics as m

# Of pandas, which is not there where this is checked.
Table = Any
Metrics = dict[str, float]

CUTS = [1, 3, 5, 10, 20]
RESAMPLED = ["ndcg", "map", "mrr"]


Rows = list[tuple[float, float]]


def ndcg(rows: Rows, cut: int) -> float:
    """Of equal scores each row has their mean gain."""
    gains: dict[float, list[float]] = defaultdict(list)
    for score, relevance in rows:
        gains[score].append(relevance)
    ordered = [mean(gains[score]) for score, _ in sorted(rows, key=lambda row: -row[0])]
    ideal = sorted((relevance for _, relevance in rows), reverse=True)
    return discounted(ordered[:cut]) / discounted(ideal[:cut])


def discounted(gains: list[float]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, 1))


def places(rows: Rows) -> list[int]:
    """The places of the relevant rows, from 1."""
    ordered = sorted(rows, key=lambda row: (-row[0], row[1]))
    return [place for place, (_, relevance) in enumerate(ordered, 1) if relevance > 0]


def metrics(rows: Rows) -> Metrics:
    found = places(rows)
    return {
        "ndcg": ndcg(rows, len(rows)),
        **{f"ndcg@{cut}": ndcg(rows, cut) for cut in CUTS},
        "map": mean(number / place for number, place in enumerate(found, 1)),
        "mrr": 1 / found[0],
    }


def checked(rows: Rows) -> Metrics:
    """The same, as scikit-learn has it; it refuses single rows, and its average precision joins equal scores."""
    ours = metrics(rows)
    if len(rows) > 1:
        scores, relevances = zip(*rows, strict=True)
        cuts = {"ndcg": None} | {f"ndcg@{cut}": cut for cut in CUTS}
        ours |= {name: m.ndcg_score([relevances], [scores], k=cut) for name, cut in cuts.items()}
        if len(set(scores)) == len(scores):
            relevant = [relevance > 0 for relevance in relevances]
            ours["map"] = m.average_precision_score(relevant, scores)
    return ours


def groups(path: str, case: dict[str, Any]) -> tuple[Table, Any]:
    """A row of metrics for each group with a relevant row, and the country of each."""
    table = pd.read_csv(path)
    table["relevance"] = (table["label"] == case["positive"]).astype(int) if case["positive"] else table["label"]
    table["by"] = table["score" if case["positive"] else "prediction"]
    parts: dict[str, Rows] = defaultdict(list)
    for group, score, relevance in zip(table["the query"], table["by"], table["relevance"], strict=True):
        parts[group].append((score, relevance))
    measure = metrics if len(parts) > 1000 else checked
    relevant = {group: rows for group, rows in parts.items() if max(rows, key=lambda row: row[1])[1] > 0}
    found = pd.DataFrame.from_dict({group: measure(rows) for group, rows in relevant.items()}, orient="index")
    return found, table.groupby("the query")["country"].first()


def judge(case: dict[str, Any]) -> Metrics:
    (ours, countries), (theirs, _) = (groups(path, case) for path in case["files"])
    found = {f"0.{name}": value for name, value in ours.mean().items()}
    found |= {f"1.{name}": value for name, value in theirs.mean().items()}
    found["groups"] = len(ours)
    found |= intervals(ours, theirs, case["resamples"], "")
    country = countries.loc[ours.index]
    for name in country.unique():
        own = ours[country == name]
        found |= {f"{metric} of {name}": value for metric, value in own.mean().items()}
        found |= {f"groups of {name}": len(own)} | intervals(
            own, theirs.loc[own.index], case["resamples"], f" of {name}"
        )
    return found


def intervals(ours: Table, theirs: Table, resamples: int, where: str) -> Metrics:
    """Whole groups are drawn, the same ones for both models."""
    found: Metrics = {}
    theirs = theirs.loc[ours.index]
    random = np.random.default_rng(1)
    columns = {name: ours[name] for name in RESAMPLED} | {
        f"{name} difference": ours[name] - theirs[name] for name in RESAMPLED
    }
    values = pd.DataFrame(columns).to_numpy()
    drawn = (random.integers(len(values), size=len(values)) for _ in range(resamples))
    means = np.array([values[rows].mean(axis=0) for rows in drawn])
    for at, name in enumerate(columns):
        low, high = np.quantile(means[:, at], [0.025, 0.975])
        found |= {f"low {name}{where}": low, f"high {name}{where}": high}
    return found


json.dump([{name: float(value) for name, value in judge(case).items()} for case in json.load(sys.stdin)], sys.stdout)
