import pytest

from src.metrics import f1_of, measure, recall_of, roc_auc

TRUTH = ["negative", "negative", "neutral", "positive", "positive", "positive"]
ANSWERS = ["negative", "positive", "positive", "positive", "positive", "negative"]
SCORES = [0.1, 0.6, 0.5, 0.9, 0.6, 0.2]


def test_metrics_counted_by_hand() -> None:
    measured = measure(TRUTH, ANSWERS, SCORES, "positive")
    assert measured["accuracy"] == pytest.approx(3 / 6)
    assert measured["balanced_accuracy"] == pytest.approx((1 / 2 + 0 + 2 / 3) / 3, abs=1e-6)
    assert measured["f1[negative]"] == pytest.approx(2 / 4)
    assert measured["f1[neutral]"] == 0
    assert measured["f1[positive]"] == pytest.approx(4 / 7, abs=1e-6)
    assert measured["f1_macro"] == pytest.approx((1 / 2 + 4 / 7) / 3, abs=1e-6)
    # Of nine pairs six are in order and one is a tie.
    assert measured["roc_auc"] == pytest.approx(6.5 / 9, abs=1e-6)


def test_classes_that_do_not_occur() -> None:
    pairs = [("negative", "negative")]
    assert f1_of("neutral", pairs) == recall_of("neutral", pairs) == 0
    assert measure(["negative"], ["negative"], [0.1], "positive")["balanced_accuracy"] == 1
    assert roc_auc([True, True], [0.1, 0.2]) == 0.5
