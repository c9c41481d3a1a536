"""Judge a model: `python -m src.evaluate --model DIR --data DIR --output DIR`.

Writes `metrics.json` and `predictions.csv`: a row for each row of `test.csv`, with its id.
"""

import argparse
import csv
import json
from pathlib import Path

from src.dataset import TEST, label, read_rows
from src.errors import run
from src.metrics import measure
from src.model import CLASSES, POSITIVE, REVIEW, likeliest, load
from src.normalize import normalize

UNKNOWN = "unknown"


def length_group(text: str) -> str:
    """The group of lengths that a review belongs to, in characters: thirds, roughly."""
    length = len(normalize(text))
    return "under 300" if length < 300 else "300 to 599" if length < 600 else "600 and over"


def evaluate(model_folder: Path, data: Path, output: Path) -> dict[str, float]:
    """Answer the held-out rows and write both files. Raises InputError for unusable input."""
    rows = read_rows(data / TEST)
    labels = [label(row) for row in rows]
    probabilities = load(model_folder).probabilities(rows)
    answers = [likeliest(row) for row in probabilities]
    # As written below, so that the scores can be judged without a difference in rounding.
    scores = [round(row[POSITIVE], 6) for row in probabilities]
    measured = measure(labels, answers, scores, CLASSES[POSITIVE])
    output.mkdir(parents=True, exist_ok=True)
    (output / "metrics.json").write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    with (output / "predictions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "label", "prediction", "score", "condition", "length"])
        for row, answer, score in zip(rows, answers, scores, strict=True):
            groups = (row["condition"] or UNKNOWN, length_group(row[REVIEW]))
            writer.writerow([row["id"], row["rating"], answer, f"{score:.6f}", *groups])
    return measured


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.evaluate")
    parser.add_argument("--model", type=Path, required=True, help="folder with the trained model")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {TEST}")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    arguments = parser.parse_args()
    for name, value in evaluate(arguments.model, arguments.data, arguments.output).items():
        print(f"{name}: {value:.4f}")


if __name__ == "__main__":
    run(main)
