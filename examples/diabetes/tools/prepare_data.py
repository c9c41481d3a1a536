"""Make `data/*.csv` and `tests/shadow/requests.jsonl` from the data that scikit-learn ships.

    python tools/prepare_data.py

Every fourth row, from the first, is held out for the test. No value is changed.
"""

import csv
import json
from pathlib import Path

from sklearn.datasets import load_diabetes

ROOT = Path(__file__).resolve().parent.parent
LABEL = "progression"
ROWS = 442
TEST_EVERY = 4


def plain(value: float) -> int | float:
    """Whole numbers without a decimal point, as in the original."""
    return int(value) if value.is_integer() else value


def main() -> None:
    """Write the three files, and refuse data whose row count is not the published one."""
    bunch = load_diabetes(scaled=False)
    if len(bunch.data) != ROWS:
        raise SystemExit(f"error: {len(bunch.data)} rows, not {ROWS}")
    rows = [
        [plain(float(value)) for value in (*features, label)]
        for features, label in zip(bunch.data, bunch.target, strict=True)
    ]
    test = rows[::TEST_EVERY]
    train = [row for index, row in enumerate(rows) if index % TEST_EVERY]
    for name, part in (("train.csv", train), ("test.csv", test)):
        path = ROOT / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*bunch.feature_names, LABEL])
            writer.writerows(part)
    requests = ROOT / "tests" / "shadow" / "requests.jsonl"
    requests.parent.mkdir(parents=True, exist_ok=True)
    instances = [dict(zip(bunch.feature_names, row[:-1], strict=True)) for row in test]
    requests.write_text("".join(json.dumps(one) + "\n" for one in instances), "utf-8")


if __name__ == "__main__":
    main()
