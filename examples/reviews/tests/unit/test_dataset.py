from pathlib import Path

import pytest

from src.dataset import label, read_rows
from src.errors import InputError

HEADER = "id,condition,review,rating\n"


def test_reviews_may_have_lines_commas_and_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text(HEADER + '1,,"two\nlines, and ""quoted""",neutral\n')
    review = 'two\nlines, and "quoted"'
    assert read_rows(path) == [{"id": "1", "condition": "", "review": review, "rating": "neutral"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column id, condition, review, rating"),
        ("id,condition,rating\n", "has no column review$"),
        (HEADER, "has no rows"),
        (HEADER + "1,,fine,neutral\n2,fine\n", "row 2: not 4 fields"),
        (HEADER + "1,,fine,neutral,more\n", "row 1: not 4 fields"),
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
    assert label({"rating": "neutral"}) == "neutral"
    with pytest.raises(InputError, match="rating must be negative, neutral, positive, not 'good'"):
        label({"rating": "good"})
