"""Checks the rules of data_rules.toml with Great Expectations on pandas: `data_peer_gx.py FILE`. FILE is Parquet.

Great Expectations has no rules for the median of lengths and for shares of classes. So the lengths become a column, and
every class must have a minimum number of rows.
"""

import json
import logging
import os
import sys
import time

os.environ["GX_ANALYTICS_ENABLED"] = "false"
started = time.monotonic()

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd

logging.disable(logging.WARNING)

VALUES = {"channel": 2, "plan": 5, "region": 12, "device": 20}
RANGES = {"temperature": (-30, 70), "score": (0, 1), "visits": (0, 1000), "age": (0, 120)}
TEXTS = ["channel", "plan", "region", "device", "segment", "city", "review", "label"]
NUMBERS = ["temperature", "weight", "income", "score", "amount", "limit_amount"]
CLASSES = ["low", "medium", "high"]

table = pd.read_parquet(sys.argv[1], to_pandas_kwargs={"date_as_object": False})
names = list(table.columns)
table["review_length"] = table["review"].str.len()
read = time.monotonic() - started

types = {"id": "int64", "visits": "int32", "age": "int32", "active": "bool"}
types |= dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(TEXTS, "str")
types |= {"day": "datetime64[ms]", "seen_at": "datetime64[us]"}
largest = sys.float_info.max
suite = gx.ExpectationSuite(
    name="rules",
    expectations=[
        gxe.ExpectTableRowCountToBeBetween(min_value=1000),
        *(gxe.ExpectColumnToExist(column=name) for name in names),
        *(gxe.ExpectColumnValuesToBeOfType(column=name, type_=kind) for name, kind in types.items()),
        *(gxe.ExpectColumnValuesToNotBeNull(column=name) for name in names if name not in ("weight", "segment")),
        *(
            gxe.ExpectColumnValuesToBeBetween(column=name, min_value=low, max_value=high)
            for name, (low, high) in RANGES.items()
        ),
        *(
            gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[f"{name} {index}" for index in range(count)])
            for name, count in VALUES.items()
        ),
        gxe.ExpectColumnValuesToBeUnique(column="id"),
        gxe.ExpectColumnMinToBeBetween(column="review_length", min_value=20),
        gxe.ExpectColumnMaxToBeBetween(column="review_length", max_value=300),
        gxe.ExpectColumnMedianToBeBetween(column="review_length", min_value=50),
        gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="limit_amount", column_B="amount", or_equal=True),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="label", value_set=CLASSES),
        *(gxe.ExpectColumnValuesToBeInSet(column="label", value_set=[name], mostly=0.1) for name in CLASSES),
        *(gxe.ExpectColumnMinToBeBetween(column=name, min_value=-largest) for name in NUMBERS),
        *(gxe.ExpectColumnMaxToBeBetween(column=name, max_value=largest) for name in NUMBERS),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=names, mostly=0.99),
    ],
)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("rows")
batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
result = batch.validate(suite, result_format="BASIC")
findings = [
    f"{one.expectation_config.type} {one.expectation_config.kwargs}: {one.result or one.exception_info}"[:400]
    for one in result.results
    if not one.success
]
print(
    json.dumps(
        {
            "passed": result.success,
            "rows": len(table),
            "findings": findings,
            "seconds": time.monotonic() - started,
            "seconds to read": read,
        }
    )
)
