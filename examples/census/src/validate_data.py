"""Check the data before anything learns from it: `python -m src.validate_data`, on $DATA_DIR.

Every value must be one that the model can use, both classes must be common enough, and the test set
must not be the training set again. All findings are told, not only the first.
"""

from collections import Counter

from src.dataset import TEST, TRAIN, data_dir, read_rows
from src.errors import InputError, run
from src.features import CATEGORIES, CLASSES, LABEL, NUMBERS, category, is_positive, number

MIN_CLASS_SHARE = 0.1
MAX_SHARED_ROWS = 0.01
MAX_UNKNOWN = 0.1
SHOWN = 5


def check_rows(name: str, rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with the values of one file, a line for each kind of mistake."""
    mistakes: Counter[str] = Counter()
    for row in rows:
        for check, columns in ((number, NUMBERS), (category, CATEGORIES)):
            for column in columns:
                try:
                    check(row, column)
                except InputError as error:
                    mistakes[str(error)] += 1
        try:
            is_positive(row)
        except InputError as error:
            mistakes[str(error)] += 1
    findings = [f"{name}: {text} ({count} rows)" for text, count in mistakes.most_common(SHOWN)]
    if len(mistakes) > SHOWN:
        findings.append(f"{name}: and {len(mistakes) - SHOWN} other mistakes")
    for column in CATEGORIES:
        unknown = sum(not row[column] for row in rows) / len(rows)
        if unknown > MAX_UNKNOWN:
            findings.append(f"{name}: {column} is unknown in {unknown:.1%} of the rows")
    labels = Counter(row[LABEL] for row in rows)
    for label in CLASSES:
        share = labels[label] / len(rows)
        if share < MIN_CLASS_SHARE:
            findings.append(f"{name}: {label} is the label of only {share:.1%} of the rows")
    return findings


def check_overlap(train: list[dict[str, str]], test: list[dict[str, str]]) -> list[str]:
    """Whether the model would be judged by rows that it has learned by heart."""
    known = {tuple(row.values()) for row in train}
    share = sum(tuple(row.values()) in known for row in test) / len(test)
    if share > MAX_SHARED_ROWS:
        return [f"{TEST}: {share:.1%} of the rows are in {TRAIN} too"]
    return []


def main() -> None:
    """Check both files; raises InputError with all findings."""
    folder = data_dir()
    train, test = read_rows(folder / TRAIN), read_rows(folder / TEST)
    findings = [
        *check_rows(TRAIN, train),
        *check_rows(TEST, test),
        *check_overlap(train, test),
    ]
    if findings:
        raise InputError("\n  ".join([f"the data in {folder} cannot be used", *findings]))
    print(f"data is sound: {len(train)} rows to train, {len(test)} to test")


if __name__ == "__main__":
    run(main)
