"""Train the model: `python -m src.train --data DIR --output DIR --epochs N`.

An epoch is a fixed number of steps, each over all rows. Nothing is drawn at random, so the same
code, data and versions give the same bytes.
"""

import argparse
from pathlib import Path

import numpy as np

from src import softmax
from src.dataset import TRAIN, label, read_rows
from src.errors import InputError, run
from src.model import CLASSES, Model, review
from src.tfidf import matrix, rarities

# Hides the last bit of another processor's arithmetic.
DECIMALS = 4


def train(rows: list[dict[str, str]], epochs: int) -> Model:
    """Learn from rows with labels, and print a line per epoch.

    Raises InputError for rows that cannot be learned from.
    """
    texts, labels = [review(row) for row in rows], [label(row) for row in rows]
    absent = [name for name in CLASSES if name not in labels]
    if absent:
        raise InputError(f"no row is {', '.join(absent)}: each class is needed")
    rarity = rarities(texts)
    if not rarity:
        raise InputError("the reviews have no words in common: there is nothing to learn")
    truth = np.array([[float(name == answer) for name in CLASSES] for answer in labels])
    for epoch, fitted in enumerate(softmax.fit(np.array(matrix(texts, rarity)), truth, epochs), 1):
        weights, intercepts, loss = fitted
        print(f"epoch {epoch}/{epochs}: loss {loss:.4f}", flush=True)
    rounded = map(tuple, rounding(weights))
    [start] = rounding(intercepts[None, :])
    return Model(rarity, dict(zip(rarity, rounded, strict=True)), tuple(start))


def rounding(values: softmax.Floats) -> list[list[float]]:
    """Rows of rounded numbers, none of them a negative zero."""
    return (values.round(DECIMALS) + 0.0).tolist()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.train")
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {TRAIN}")
    parser.add_argument("--output", type=Path, required=True, help="folder for the model")
    parser.add_argument("--epochs", type=int, default=10, help="forty steps each")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be 1 or more")
    rows = read_rows(arguments.data / TRAIN)
    model = train(rows, arguments.epochs)
    model.save(arguments.output)
    print(f"trained on {len(rows)} reviews, {len(model.rarity)} terms")


if __name__ == "__main__":
    run(main)
