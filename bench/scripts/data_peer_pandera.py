"""Checks the rules of data_rules.toml with pandera, lazily.

Called as `data_peer_pandera.py FILE [pandas|polars]`; FILE is Parquet.
"""

import json
import sys
import time
from typing import Any

started = time.monotonic()
file, backend = sys.argv[1], (sys.argv[2:] or ["pandas"])[0]

VALUES = {"channel": 2, "plan": 5, "region": 12, "device": 20}
RANGES = {"temperature": (-30, 70), "score": (0, 1), "visits": (0, 1000), "age": (0, 120)}
NULLABLE = {"weight", "segment"}
TEXTS = ["channel", "plan", "region", "device", "segment", "city", "review", "label"]
NUMBERS = ["temperature", "weight", "income", "score", "amount", "limit_amount"]
ROWS, CLASS_RATIO, DUPLICATES, MEDIAN_LENGTH = 1000, 0.1, 0.01, 50


# A table, its schema and the class of what is raised, of libraries that are not there where this is checked.
Peer = tuple[Any, Any, Any]


def of_pandas() -> Peer:
    import numpy as np
    import pandas as pd
    import pandera.pandas as pa

    table = pd.read_parquet(file, to_pandas_kwargs={"date_as_object": False})

    def finite(values: Any) -> Any:
        return pd.Series(~np.isinf(values.to_numpy()), index=values.index)

    types = {"id": "int64", "visits": "int32", "age": "int32", "active": "bool"}
    types |= dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(TEXTS, "str")
    types |= {"day": "datetime64[ms]", "seen_at": "datetime64[us]"}
    checks = {name: [pa.Check(finite, name="finite")] for name in NUMBERS}
    checks["review"] = [
        pa.Check.str_length(20, 300),
        pa.Check(lambda values: values.str.len().median() >= MEDIAN_LENGTH, name="median length"),
    ]
    checks["label"] = [
        pa.Check.isin(["low", "medium", "high"]),
        pa.Check(lambda values: values.value_counts(normalize=True).min() >= CLASS_RATIO, name="class ratio"),
    ]
    checks |= {name: [pa.Check.isin([f"{name} {index}" for index in range(count)])] for name, count in VALUES.items()}
    for name, (low, high) in RANGES.items():
        checks.setdefault(name, []).append(pa.Check.in_range(low, high))
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(kind, checks.get(name), nullable=name in NULLABLE, unique=name == "id")
            for name, kind in types.items()
        },
        checks=[
            pa.Check(lambda frame: frame["amount"] <= frame["limit_amount"], name="within limit"),
            pa.Check(lambda frame: len(frame) >= ROWS, name="rows"),
            pa.Check(lambda frame: frame.duplicated().mean() <= DUPLICATES, name="duplicates"),
        ],
    )
    return table, schema, pa.errors.SchemaErrors


def of_polars() -> Peer:
    import pandera.polars as pa
    import polars as pl

    table = pl.read_parquet(file)

    def finite(data: Any) -> Any:
        return data.lazyframe.select(pl.col(data.key).is_finite())

    def median_length(data: Any) -> Any:
        return data.lazyframe.select(pl.col(data.key).str.len_chars().median() >= MEDIAN_LENGTH)

    def class_ratio(data: Any) -> Any:
        counts = data.lazyframe.group_by(data.key).len()
        return counts.select(pl.col("len").min() / pl.col("len").sum() >= CLASS_RATIO)

    def duplicates(data: Any) -> Any:
        # The copies beyond the first of each, as pandas counts them.
        rows = pl.struct(pl.all())
        return data.lazyframe.select(1 - rows.n_unique() / pl.len() <= DUPLICATES)

    types = {"id": pl.Int64, "visits": pl.Int32, "age": pl.Int32, "active": pl.Boolean}
    types |= dict.fromkeys(NUMBERS, pl.Float64) | dict.fromkeys(TEXTS, pl.String)
    types |= {"day": pl.Date, "seen_at": pl.Datetime("us")}
    checks = {name: [pa.Check(finite, name="finite")] for name in NUMBERS}
    checks["review"] = [pa.Check.str_length(20, 300), pa.Check(median_length, name="median length")]
    checks["label"] = [pa.Check.isin(["low", "medium", "high"]), pa.Check(class_ratio, name="class ratio")]
    checks |= {name: [pa.Check.isin([f"{name} {index}" for index in range(count)])] for name, count in VALUES.items()}
    for name, (low, high) in RANGES.items():
        checks.setdefault(name, []).append(pa.Check.in_range(low, high))
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(kind, checks.get(name), nullable=name in NULLABLE, unique=name == "id")
            for name, kind in types.items()
        },
        checks=[
            pa.Check(
                lambda data: data.lazyframe.select(pl.col("amount") <= pl.col("limit_amount")), name="within limit"
            ),
            pa.Check(lambda data: data.lazyframe.select(pl.len() >= ROWS), name="rows"),
            pa.Check(duplicates, name="duplicates"),
        ],
    )
    return table, schema, pa.errors.SchemaErrors


table, schema, broken = {"pandas": of_pandas, "polars": of_polars}[backend]()
read = time.monotonic() - started
findings = []
try:
    schema.validate(table, lazy=True)
except broken as errors:
    findings = [f"{found.reason_code}: {found}"[:300] for found in errors.schema_errors]
print(
    json.dumps(
        {
            "passed": not findings,
            "rows": len(table),
            "findings": findings,
            "seconds": time.monotonic() - started,
            "seconds to read": read,
        }
    )
)
