"""What all tests share: rows drawn at random, and the real data and model where they are."""

import csv
import os
import random
from pathlib import Path

import pytest

from src.model import FEATURES, LABEL, Model, load

# As measured in a healthy young person.
PERSON = {
    "age": 24,
    "sex": 1,
    "bmi": 20.5,
    "bp": 75,
    "s1": 150,
    "s2": 85,
    "s3": 65,
    "s4": 2,
    "s5": 3.9,
    "s6": 75,
}


@pytest.fixture
def person() -> dict[str, object]:
    return dict(PERSON)


@pytest.fixture(scope="session")
def drawn_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data in which progression is ten times the body mass index less 100, nearly."""
    folder = tmp_path_factory.mktemp("data")
    generator = random.Random(0)
    for name, rows in (("train.csv", 100), ("test.csv", 40)):
        with (folder / name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*FEATURES, LABEL])
            for _ in range(rows):
                row = {key: value * generator.uniform(0.8, 1.2) for key, value in PERSON.items()}
                row["sex"] = generator.choice([1, 2])
                writer.writerow([*row.values(), 10 * row["bmi"] - 100 + generator.uniform(-3, 3)])
    return folder


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
