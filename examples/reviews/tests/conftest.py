"""What all tests share: reviews made of a few words, and the real data and model where they are."""

import csv
import os
import random
from pathlib import Path

import pytest

from src.dataset import COLUMNS, read_rows
from src.model import CLASSES, Model, load
from src.train import train

SAYINGS = {
    "negative": ["horrible", "it did not help", "made me sick", "never again!"],
    "neutral": ["so so", "works sometimes", "too early to tell", "average"],
    "positive": ["great", "it helped", "no side effects", "love it!"],
}


@pytest.fixture(scope="session")
def drawn_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data in which each class has sayings of its own, among words of no meaning."""
    folder = tmp_path_factory.mktemp("data")
    generator = random.Random(0)
    for name, rows in (("train.csv", 90), ("test.csv", 30)):
        with (folder / name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for index in range(rows):
                rating = CLASSES[index % 3]
                sayings = [*generator.sample(SAYINGS[rating], 2), f"taken {index} days, 5 mg"]
                condition = generator.choice(["Pain", "Acne", ""])
                writer.writerow([index, condition, ". ".join(sayings), rating])
    return folder


@pytest.fixture(scope="session")
def drawn_model(drawn_data: Path) -> Model:
    return train(read_rows(drawn_data / "train.csv"), epochs=3)


def existing(variable: str, default: str) -> Path:
    """The folder that the variable names; where there is none and none was asked for, skip."""
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir() and variable not in os.environ:
        pytest.skip(f"no {folder} here: set {variable}")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    return existing("DATA_DIR", "data")


@pytest.fixture(scope="session")
def real_model() -> Model:
    return load(existing("MODEL_DIR", "models"))
