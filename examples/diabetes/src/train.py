"""Train the model: `python -m src.train --data DIR --output DIR --epochs N`.

Ridge regression is solved in one step, so any number of epochs gives the same model.
"""

import argparse
from pathlib import Path

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

from src.dataset import TRAIN, label, read_rows
from src.errors import run
from src.model import DECIMALS, FEATURES, Model, values

# Of these the one with the smallest error on left-out rows is taken.
PENALTIES = (0.1, 0.3, 1, 3, 10, 30, 100, 300)


def train(rows: list[dict[str, str]]) -> tuple[Model, float]:
    """Learn from rows with labels; returns the model and the penalty that was chosen."""
    x = np.array([values(row) for row in rows])
    y = np.array([label(row) for row in rows])
    scaler = StandardScaler().fit(x)
    ridge = RidgeCV(alphas=PENALTIES).fit(scaler.transform(x), y)
    weights = (ridge.coef_ / scaler.scale_).round(DECIMALS)
    intercept = round(float(y.mean() - weights @ x.mean(axis=0)), DECIMALS)
    named = dict(zip(FEATURES, weights.tolist(), strict=True))
    return Model(named, intercept, float(y.min()), float(y.max())), float(ridge.alpha_)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.train")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {TRAIN}")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model")
    parser.add_argument("--epochs", type=int, default=1, help="of no effect: one step solves it")
    arguments = parser.parse_args()
    rows = read_rows(arguments.data / TRAIN)
    model, penalty = train(rows)
    model.save(arguments.output)
    print(f"trained on {len(rows)} rows, penalty {penalty:g}")


if __name__ == "__main__":
    run(main)
