"""Judge a model: `python -m src.evaluate --model DIR --data DIR --output DIR`.

Writes `metrics.json` and `predictions.csv`: a row for each row of `test.csv`, `id` being its place.
"""

import argparse
import csv
import json
from pathlib import Path

from sklearn import metrics

from src.dataset import TEST, label, read_rows
from src.errors import run
from src.model import load


def age_band(age: str) -> str:
    """The group of ages that a person belongs to: thirds, roughly."""
    years = float(age)
    return "under 40" if years < 40 else "40 to 54" if years < 55 else "55 and over"


def measure(truth: list[float], answers: list[float]) -> dict[str, float]:
    """The metrics, rounded to six decimals."""
    measured = {
        "mae": metrics.mean_absolute_error(truth, answers),
        "rmse": metrics.root_mean_squared_error(truth, answers),
        "r2": metrics.r2_score(truth, answers),
        "mape": metrics.mean_absolute_percentage_error(truth, answers),
    }
    return {name: round(float(value), 6) for name, value in measured.items()}


def evaluate(model_folder: Path, data: Path, output: Path) -> dict[str, float]:
    """Answer the held-out rows and write both files. Raises InputError for unusable input."""
    rows = read_rows(data / TEST)
    answers = load(model_folder).predict(rows)
    measured = measure([label(row) for row in rows], answers)
    output.mkdir(parents=True, exist_ok=True)
    (output / "metrics.json").write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
    with (output / "predictions.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "label", "prediction", "sex", "age_band"])
        for index, (row, answer) in enumerate(zip(rows, answers, strict=True)):
            writer.writerow([index, label(row), answer, row["sex"], age_band(row["age"])])
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
