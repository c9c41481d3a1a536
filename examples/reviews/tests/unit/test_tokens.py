import pytest

from src.tokens import is_negation, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("it works", ["it", "works"]),
        ("it's my doctor's", ["it's", "my", "doctor's"]),
        ("'quoted' \"words\"", ["quoted", "words"]),
        ("well-known, on/off", ["well", "known", "on", "off"]),
        ("snake_case", ["snake", "case"]),
        ("caf\u00e9 \u836f\u5f88\u597d", ["caf\u00e9", "\u836f\u5f88\u597d"]),
        ("so good!! why? ok.", ["so", "good", "!", "!", "why", "?", "ok"]),
        ("20 mg for 3 days", ["<number>", "mg", "for", "<number>", "days"]),
        ("20mg", ["20mg"]),
        ("\U0001f44d - * ...", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no help", ["no", "not_help"]),
        ("didn't help. fine", ["didn't", "not_help", "fine"]),
        ("dont ask", ["dont", "not_ask"]),
        ("not a! b", ["not", "not_a", "!", "b"]),
        ("not a b c d e", ["not", "not_a", "not_b", "not_c", "not_d", "e"]),
        ("not a never b", ["not", "not_a", "never", "not_b"]),
        ("not 5 pills", ["not", "not_<number>", "not_pills"]),
    ],
)
def test_how_far_a_negation_reaches(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_negations() -> None:
    assert all(map(is_negation, ["no", "never", "can't", "hadn't", "cannot", "didnt"]))
    assert not any(map(is_negation, ["know", "note", "want", "nt", "not_", "nevertheless"]))


def test_terms_are_words_and_pairs_of_neighbours() -> None:
    assert terms("it did not help") == [
        *("it", "did", "not", "not_help"),
        *("it did", "did not", "not not_help"),
    ]
    assert terms("fine") == ["fine"]
    assert terms("") == []
