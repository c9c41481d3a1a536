import math

import pytest

from src.tfidf import count, matrix, rarities, vector

TEXTS = ["Good pill", "good, GOOD day", "good &amp; bad pill", "pill"]


def test_terms_are_counted_in_the_normal_form() -> None:
    assert count("Good &amp; good") == {"good": 2, "good good": 1}


def test_rare_terms_weigh_more_and_the_rarest_are_left_out() -> None:
    rarity = rarities(TEXTS)
    assert list(rarity) == ["good", "pill"]
    assert rarity["good"] == pytest.approx(math.log(5 / 4) + 1, abs=1e-6)
    assert rarities(["a b", "a b", "a", "b a c"]).keys() == {"a", "b"}


def test_vectors_have_length_one_and_know_repetitions() -> None:
    rarity = {"good": 1.0, "pill": 2.0}
    assert vector("pill good", rarity) == pytest.approx({"pill": 2 / 5**0.5, "good": 1 / 5**0.5})
    twice = vector("good good pill", rarity)
    assert twice["good"] / twice["pill"] == pytest.approx((1 + math.log(2)) / 2)


def test_a_text_of_unknown_words_is_no_vector() -> None:
    assert vector("something else", {"good": 1.0}) == {}
    assert vector("", {"good": 1.0}) == {}


def test_a_row_for_each_text_and_a_column_for_each_term() -> None:
    assert matrix(["good", "", "pill"], {"good": 1.0, "pill": 2.0}) == [[1, 0], [0, 0], [0, 1]]
