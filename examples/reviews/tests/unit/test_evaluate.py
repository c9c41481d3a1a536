import pytest

from src.evaluate import length_group


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("x" * 299, "under 300"),
        ("x" * 300, "300 to 599"),
        ("x" * 600, "600 and over"),
        ("&#039;" * 299, "under 300"),
        ("x" + " " * 1000, "under 300"),
    ],
)
def test_lengths_are_those_of_the_text_as_it_is_read(text: str, group: str) -> None:
    assert length_group(text) == group
