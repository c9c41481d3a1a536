"""Finds worst slices with SliceLine's own program: `slices_peer.py FILE`.

Its input are whole numbers, so that columns are sorted into the same bins first. It finds slices, and confirms none.
"""

import json
import sys
import time
from typing import Any

started = time.monotonic()

import numpy as np
import pandas as pd
from sliceline.slicefinder import Slicefinder

QUANTILES = 10
VALUES = 20


# Of pandas, which is not there where this is checked.
def codes(column: Any) -> Any:
    if column.dtype.kind in "fi":
        return pd.qcut(column, QUANTILES, labels=False, duplicates="drop") + 1
    frequent = column.value_counts().index[:VALUES]
    return pd.Categorical(column, categories=frequent).codes + 2


table = pd.read_parquet(sys.argv[1])
errors = (table.label != table.prediction).to_numpy().astype(float)
features = table.drop(columns=["label", "prediction"])
coded = np.column_stack([codes(features[name]) for name in features]).astype(int)
finder = Slicefinder(alpha=0.95, k=16, max_l=3, min_sup=len(table) // 100, verbose=False)
finder.fit(coded, errors)
print(
    json.dumps(
        {
            "seconds": time.monotonic() - started,
            "first": [
                f"{name}:{value}"
                for name, value in zip(features.columns, finder.top_slices_[0].tolist(), strict=True)
                if value is not None
            ],
        }
    )
)
