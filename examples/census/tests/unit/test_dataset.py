from pathlib import Path

import pytest

from src.dataset import read_rows
from src.errors import InputError
from src.features import FEATURES, LABEL

HEADER = ",".join((*FEATURES, LABEL))
ROW = "39,13,0,0,40,Private,Never-married,Sales,Wife,Canada,<=50K"


def file(folder: Path, text: str) -> Path:
    path = folder / "train.csv"
    path.write_text(text)
    return path


def test_rows_by_column(tmp_path: Path) -> None:
    [row] = read_rows(file(tmp_path, f"{HEADER}\n{ROW}\n"))
    assert (row["age"], row["native_country"], row["income"]) == ("39", "Canada", "<=50K")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column age, "),
        (f"{HEADER.replace('age,', '')}\n", "has no column age$"),
        (f"{HEADER}\n", "has no rows"),
        (f"{HEADER}\n{ROW}\n{ROW},surplus\n", "row 3: not 11 fields"),
        (f"{HEADER}\n39,13\n", "row 2: not 11 fields"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_rows(file(tmp_path, text))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere/train\.csv does not exist"):
        read_rows(tmp_path / "nowhere" / "train.csv")
