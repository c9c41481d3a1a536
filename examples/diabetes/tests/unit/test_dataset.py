from pathlib import Path

import pytest

from src.dataset import label, read_rows
from src.errors import InputError
from src.model import FEATURES, LABEL

HEADER = ",".join((*FEATURES, LABEL))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column age, "),
        (f"{HEADER.replace('age,', '')}\n", "has no column age$"),
        (f"{HEADER}\n", "has no rows"),
    ],
)
def test_unusable_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "train.csv"
    with pytest.raises(InputError, match=r"train\.csv does not exist"):
        read_rows(path)
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_rows(path)


def test_labels() -> None:
    assert label({LABEL: "151"}) == 151
    with pytest.raises(InputError, match="progression must be a number"):
        label({LABEL: "0"})
