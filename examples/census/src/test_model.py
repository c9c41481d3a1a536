"""Smoke test of a trained model: `python -m src.test_model [--quick]`, on $MODEL_DIR.

Two people whose incomes nobody would mistake must be told apart. Without --quick, the held-out rows
in $DATA_DIR are scored as well, and the model must beat the answer that is right most often.
"""

import argparse
from collections import Counter

from src.dataset import TEST, data_dir, read_rows
from src.errors import InputError, run
from src.features import CLASSES, LABEL
from src.model import Model, load, model_dir

CLEAR_CASES = {
    CLASSES[0]: {
        "age": 18,
        "workclass": "Private",
        "education_num": 7,
        "marital_status": "Never-married",
        "occupation": "Other-service",
        "relationship": "Own-child",
        "capital_gain": 0,
        "capital_loss": 0,
        "hours_per_week": 20,
        "native_country": "United-States",
    },
    CLASSES[1]: {
        "age": 48,
        "workclass": "Self-emp-inc",
        "education_num": 15,
        "marital_status": "Married-civ-spouse",
        "occupation": "Exec-managerial",
        "relationship": "Husband",
        "capital_gain": 15024,
        "capital_loss": 0,
        "hours_per_week": 50,
        "native_country": "United-States",
    },
}


def check_clear_cases(model: Model) -> None:
    """Raise InputError unless the clear cases get the answers that they must have."""
    expected = list(CLEAR_CASES)
    answers = model.predict(list(CLEAR_CASES.values()))
    if answers != expected:
        raise InputError(f"clear cases must be answered {expected}, not {answers}")


def check_held_out(model: Model, rows: list[dict[str, str]]) -> None:
    """Raise InputError unless the model beats always giving the commonest answer."""
    labels = [row[LABEL] for row in rows]
    right = sum(a == b for a, b in zip(model.predict(rows), labels, strict=True))
    [(commonest, count)] = Counter(labels).most_common(1)
    if right <= count:
        raise InputError(f"{right} right answers, but always {commonest} gives {count}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m src.test_model")
    parser.add_argument("--quick", action="store_true", help="the clear cases alone")
    quick = parser.parse_args().quick
    model = load(model_dir())
    check_clear_cases(model)
    if not quick:
        check_held_out(model, read_rows(data_dir() / TEST))
    print("smoke test passed")


if __name__ == "__main__":
    run(main)
