"""Likely label errors by cleanlab: reads a list of cases, and writes the thresholds and the rows of each."""

import json
import sys

import numpy as np
from cleanlab.count import get_confident_thresholds
from cleanlab.filter import find_label_issues

found = []
for case in json.load(sys.stdin):
    labels, scores = np.array(case["labels"]), np.array(case["scores"])
    ranked = find_label_issues(
        labels, scores, filter_by="confident_learning", return_indices_ranked_by="self_confidence", n_jobs=1
    )
    found.append(
        {"rows": [int(row) + 1 for row in ranked], "thresholds": get_confident_thresholds(labels, scores).tolist()}
    )
json.dump(found, sys.stdout)
