"""Scores a model on the scans that it has not seen: writes scores.csv."""

import argparse
from pathlib import Path

import joblib
import pandas as pd

from digit_reader.dataset import LABEL, PIXELS, held_back, load


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--csv", type=Path, required=True)
    parser.add_argument("--artifacts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    forest = joblib.load(options.artifacts / "forest.joblib")
    scans = load(options.csv)
    unseen = scans[held_back(scans)]
    shares = forest.predict_proba(unseen[PIXELS])
    table = pd.DataFrame(
        {
            "id": unseen["scan"],
            "y_true": unseen[LABEL],
            "y_pred": forest.classes_[shares.argmax(axis=1)],
        }
    )
    for place, digit in enumerate(forest.classes_):
        table[f"share_{digit}"] = shares[:, place]
    options.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(options.out / "scores.csv", index=False)
    print(f"accuracy {(table['y_true'] == table['y_pred']).mean():.4f}")


if __name__ == "__main__":
    main()
