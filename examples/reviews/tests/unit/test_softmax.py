import numpy as np
import pytest

from src import softmax


def drawn(rows: int) -> tuple[softmax.Floats, softmax.Floats]:
    generator = np.random.default_rng(0)
    x = generator.random((rows, 5))
    return x, np.eye(3)[(x[:, 0] * 2 + x[:, 1] + generator.random(rows) * 0.5).astype(int) % 3]


def gradient(
    x: softmax.Floats, truth: softmax.Floats, weights: softmax.Floats, intercepts: softmax.Floats
) -> tuple[softmax.Floats, softmax.Floats]:
    balance = (truth / truth.sum(axis=0)).sum(axis=1) * len(truth) / 3
    error = softmax.probabilities(x @ weights + intercepts) - truth
    error *= softmax.STRENGTH * balance[:, None]
    return x.T @ error + weights, error.sum(axis=0)


def test_it_ends_where_the_gradient_is_zero() -> None:
    x, truth = drawn(60)
    *_, (weights, intercepts, _loss) = softmax.fit(x, truth, epochs=30)
    for part in gradient(x, truth, weights, intercepts):
        assert np.abs(part).max() < 1e-4


def test_an_epoch_more_continues_the_one_before() -> None:
    x, truth = drawn(30)
    short, long = list(softmax.fit(x, truth, 2)), list(softmax.fit(x, truth, 4))
    for (*before, _), (*after, _) in zip(short, long, strict=False):
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert len(long) == 4


def test_rare_classes_count_as_much_as_common_ones() -> None:
    """Without anything to tell them apart each class must be as likely as the others."""
    truth = np.eye(3)[[0] * 20 + [1] * 3 + [2] * 7]
    *_, (_weights, intercepts, _loss) = softmax.fit(np.zeros((30, 1)), truth, epochs=10)
    assert softmax.probabilities(intercepts[None, :]) == pytest.approx(1 / 3, abs=1e-6)


def test_huge_sums_do_not_overflow() -> None:
    [found] = softmax.probabilities(np.array([[1e4, -1e4, 0.0]]))
    assert found == pytest.approx([1, 0, 0])
