"""Answers every row and counts the right ones."""

import argparse
import csv
import json
from pathlib import Path

from src.model import answer, load, read_rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    limit = load(options.model)
    rows = [(label, answer(limit, x)) for x, label in read_rows(options.data)]
    right = sum(label == prediction for label, prediction in rows)
    with (options.output / "predictions.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", "prediction"])
        writer.writerows(rows)
    metrics = json.dumps({"accuracy": right / len(rows)})
    (options.output / "metrics.json").write_text(metrics)


if __name__ == "__main__":
    main()
