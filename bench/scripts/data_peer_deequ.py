"""Checks one table with the DuckDB engine of PyDeequ 2: `data_peer_deequ.py FILE`.

Prints findings and seconds as JSON. The checks are those of data_rules.toml that it has: it has none for the median of
lengths and for the ratio of classes. Rows that are the same are left out, since none are where the key is unique.
"""

import json
import sys
import time

started = time.monotonic()

import duckdb
import pydeequ
from pydeequ.v2.checks import Check, CheckLevel
from pydeequ.v2.predicates import gte, is_one, lte
from pydeequ.v2.verification import VerificationSuite

RANGES = {"temperature": (-30, 70), "score": (0, 1), "visits": (0, 1000), "age": (0, 120)}
VALUES = {"channel": 2, "plan": 5, "region": 12, "device": 20}
REQUIRED = ["id", "temperature", "income", "score", "visits", "age", "amount", "limit_amount", "channel", "plan"]
REQUIRED += ["region", "device", "city", "day", "seen_at", "active", "review", "label"]
NUMBERS = ["temperature", "weight", "income", "score", "amount", "limit_amount"]

check = Check(CheckLevel.Error, "rows").hasSize(gte(1000)).isUnique("id")
for name in REQUIRED:
    check = check.isComplete(name)
for name in NUMBERS:
    check = check.satisfies(f"{name} IS NULL OR isfinite({name})", f"{name} is finite", is_one())
for name, (low, high) in RANGES.items():
    check = check.hasMin(name, gte(low)).hasMax(name, lte(high))
for name, count in VALUES.items():
    check = check.isContainedIn(name, [f"{name} {index}" for index in range(count)])
check = check.isContainedIn("label", ["low", "medium", "high"])
check = check.hasMinLength("review", gte(20)).hasMaxLength("review", lte(300))
check = check.satisfies("amount <= limit_amount", "within limit", is_one())

with duckdb.connect() as connection:
    connection.execute(f"CREATE VIEW rows AS FROM read_parquet('{sys.argv[1]}')")
    engine = pydeequ.connect(connection)
    found = VerificationSuite(engine).onData(table="rows").addCheck(check).run()

broken = found[found["constraint_status"] != "Success"]
findings = [f"{one.constraint}: {one.constraint_message}" for one in broken.itertuples()]
print(json.dumps({"passed": not findings, "findings": findings, "seconds": time.monotonic() - started}))
