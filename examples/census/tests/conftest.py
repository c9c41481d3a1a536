"""What all tests share: a sample of real rows, and the real data and model where they are."""

import os
from pathlib import Path

import pytest

from src.dataset import data_dir, read_rows
from src.model import Model, load, model_dir
from src.train import train

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture(scope="session")
def sample_rows() -> list[dict[str, str]]:
    return read_rows(SAMPLE / "train.csv")


@pytest.fixture(scope="session")
def sample_model(sample_rows: list[dict[str, str]]) -> Model:
    """Mitigated: its thresholds differ."""
    return train(sample_rows, epochs=2, mitigation="thresholds")[0]


@pytest.fixture
def person() -> dict[str, object]:
    """An instance as a client sends it."""
    return {
        "age": 39,
        "workclass": "State-gov",
        "education_num": 13,
        "marital_status": "Never-married",
        "occupation": "Adm-clerical",
        "relationship": "Not-in-family",
        "capital_gain": 2174,
        "capital_loss": 0,
        "hours_per_week": 40,
        "native_country": "United-States",
    }


def existing(folder: Path, variable: str) -> Path:
    """The folder; where there is none and none was asked for, the test is skipped."""
    if not folder.is_dir() and variable not in os.environ:
        pytest.skip(f"no {folder} here: set {variable}")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    return existing(data_dir(), "DATA_DIR")


@pytest.fixture(scope="session")
def real_model() -> Model:
    return load(existing(model_dir(), "MODEL_DIR"))
