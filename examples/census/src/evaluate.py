"""Judge a model: `python -m src.evaluate --model DIR --data DIR --output DIR`.

Writes `metrics.json` and `predictions.csv`: a row for each row of `test.csv`, `id` being its place.
"""

import argparse
import csv
from pathlib import Path

from src import metrics
from src.dataset import TEST, read_rows
from src.errors import run
from src.features import LABEL, is_positive
from src.model import load

# Carried along so that the predictions can be judged by group.
GROUPS = ("sex", "race")


def evaluate(model_folder: Path, data: Path, output: Path) -> dict[str, float]:
    """Score the held-out rows and write both files. Raises InputError for unusable input."""
    rows = read_rows(data / TEST)
    model = load(model_folder)
    scores = model.score(rows)
    answers = model.classify(rows, scores)
    measured = metrics.measure([is_positive(row) for row in rows], scores, answers)
    metrics.write(output, measured)
    with (output / "predictions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "label", "prediction", "score", *GROUPS])
        for index, (row, answer, score) in enumerate(zip(rows, answers, scores, strict=True)):
            groups = [row.get(name, "") for name in GROUPS]
            writer.writerow([index, row[LABEL], answer, f"{score:.6f}", *groups])
    return measured


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.evaluate")
    parser.add_argument("--model", type=Path, required=True, help="folder with the trained model")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {TEST}")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    arguments = parser.parse_args()
    for name, value in evaluate(arguments.model, arguments.data, arguments.output).items():
        print(f"{name}: {value:.4f}" if name != "n" else f"{name}: {value}")


if __name__ == "__main__":
    run(main)
