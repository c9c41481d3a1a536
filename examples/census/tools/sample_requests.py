"""Make `tests/shadow/requests.jsonl` from `data/test.csv`: python tools/sample_requests.py

Two hundred rows as a client would send them: one a line, without the label, numbers as numbers,
unknown answers left out.
"""

import csv
import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABEL = "income"
NUMBERS = {
    "age",
    "fnlwgt",
    "education_num",
    "capital_gain",
    "capital_loss",
    "hours_per_week",
}
COUNT = 200
SEED = 0


def request(row: dict[str, str]) -> dict[str, str | int]:
    """The instance of a row."""
    return {
        name: int(value) if name in NUMBERS else value
        for name, value in row.items()
        if name != LABEL and value != ""
    }


def main() -> None:
    """Write the file: the same rows, in the order of the data, each time."""
    with (ROOT / "data" / "test.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = sorted(random.Random(SEED).sample(range(len(rows)), COUNT))
    output = ROOT / "tests" / "shadow" / "requests.jsonl"
    output.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(request(rows[index]), ensure_ascii=False) + "\n" for index in chosen]
    output.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
