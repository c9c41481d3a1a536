"""Rates of groups and how far they are apart, by Fairlearn."""

import json
import sys
from typing import Any

import numpy as np
from fairlearn import metrics as m

RATES = {
    "selectionRate": m.selection_rate,
    "truePositiveRate": m.true_positive_rate,
    "falsePositiveRate": m.false_positive_rate,
}


def fairness(case: dict[str, Any]) -> dict[str, Any]:
    y, p = (np.array(case[name]) == case["favorable"] for name in ("labels", "predictions"))
    y, p = y.astype(int), p.astype(int)
    groups = np.array(case["groups"])
    rates = m.MetricFrame(metrics=RATES, y_true=y, y_pred=p, sensitive_features=groups).by_group
    of_groups = {"sensitive_features": groups}
    return {
        "disparate_impact": m.demographic_parity_ratio(y, p, **of_groups),
        "demographic_parity": m.demographic_parity_difference(y, p, **of_groups),
        "equalized_odds": m.equalized_odds_difference(y, p, **of_groups),
    } | {f"{rate}[{group}]": rates.loc[group, rate] for group in rates.index for rate in RATES}


found = [fairness(case) for case in json.load(sys.stdin)]
json.dump(
    [{name: None if np.isnan(value) else float(value) for name, value in one.items()} for one in found], sys.stdout
)
