"""Measures what the gates measure in predictions, with scikit-learn, Fairlearn and scipy.stats.bootstrap.

`gates_peer.py FOLDER RESAMPLES` reads FOLDER/candidate and FOLDER/baseline. It does less than the gates: it only has
intervals of accuracy (of the models' difference and of each group) where the gates have those of every metric.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fairlearn.metrics import (
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
)
from scipy.stats import binomtest, bootstrap
from sklearn import metrics

folder, resamples = Path(sys.argv[1]), int(sys.argv[2])
started = time.monotonic()
candidate, baseline = (pd.read_csv(folder / name / "predictions.csv") for name in ("candidate", "baseline"))
columns = [name for name in candidate.columns if name.startswith("slice_")]


def of_model(table: Any) -> dict[str, float]:
    label, answer, score = table["label"] == "yes", table["prediction"] == "yes", table["score"]
    found = {
        "accuracy": metrics.accuracy_score(label, answer),
        "balanced_accuracy": metrics.balanced_accuracy_score(label, answer),
        "roc_auc": metrics.roc_auc_score(label, score),
        "pr_auc": metrics.average_precision_score(label, score),
        "log_loss": metrics.log_loss(label, score),
        "brier": metrics.brier_score_loss(label, score),
    }
    for average in ("binary", "macro", "weighted"):
        found |= dict(
            zip(
                (f"precision_{average}", f"recall_{average}", f"f1_{average}"),
                metrics.precision_recall_fscore_support(label, answer, average=average)[:3],
                strict=True,
            )
        )
    return found


def interval(*samples: Any) -> Any:
    return bootstrap(
        samples,
        (
            (lambda ours, theirs, axis: ours.mean(axis=axis) - theirs.mean(axis=axis))
            if len(samples) == 2
            else (lambda ours, axis: ours.mean(axis=axis))
        ),
        paired=len(samples) == 2,
        vectorized=True,
        n_resamples=resamples,
        batch=max(1, 20_000_000 // len(samples[0])),
        method="percentile",
        random_state=0,
    ).confidence_interval


results: dict[str, Any] = {"candidate": of_model(candidate), "baseline": of_model(baseline)}
right = (candidate["label"] == candidate["prediction"]).to_numpy()
before = (baseline["label"] == baseline["prediction"]).to_numpy()
low, high = interval(right.astype(np.float32), before.astype(np.float32))
results["difference"] = [float(low), float(high)]
only, other = int((right & ~before).sum()), int((before & ~right).sum())
results["mcnemar"] = binomtest(only, only + other).pvalue
results["slices"] = {
    f"{column}={group}": [float(end) for end in interval(right[rows].astype(np.float32))]
    for column in columns
    for group, rows in candidate.groupby(column).indices.items()
}
fair = {"y_true": candidate["label"] == "yes", "y_pred": candidate["prediction"] == "yes"}
protected = candidate[columns[0]]
results["fairness"] = [
    float(measure(**fair, sensitive_features=protected))
    for measure in (demographic_parity_ratio, demographic_parity_difference, equalized_odds_difference)
]
results["seconds"] = time.monotonic() - started
print(json.dumps(results))
