"""Logistic regression with three classes, fitted by Nesterov's accelerated gradient descent."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# How much fitting counts against small weights: scikit-learn's C.
STRENGTH = 10.0
STEPS_PER_EPOCH = 40


def fit(x: Floats, truth: Floats, epochs: int) -> Iterator[tuple[Floats, Floats, float]]:
    """After each epoch the weights, the intercepts and the mean loss on the rows.

    `truth` has a row for each row of x with a one at its class. Rare classes count as much as
    common ones. It starts from zero and draws nothing at random.
    """
    counts = truth.sum(axis=0)
    importance = STRENGTH * (truth @ (len(truth) / (len(counts) * counts)))[:, None]
    # The intercept is a column of its own; it is not kept small.
    columns = np.hstack([x, np.ones((len(x), 1))])
    kept_small = np.append(np.ones(x.shape[1]), 0.0)[:, None]
    # No step may be longer than the steepest curvature allows: half the largest eigenvalue.
    pull = np.sqrt(importance) * columns
    step = 1 / (0.5 * np.linalg.eigvalsh(pull @ pull.T)[-1] + 1)
    # Nor is the curvature anywhere below 1, that of the penalty.
    momentum = (1 - np.sqrt(step)) / (1 + np.sqrt(step))
    weights = ahead = np.zeros((columns.shape[1], truth.shape[1]))
    for _ in range(epochs):
        for _ in range(STEPS_PER_EPOCH):
            error = importance * (probabilities(columns @ ahead) - truth)
            moved = ahead - step * (columns.T @ error + kept_small * ahead)
            ahead = moved + momentum * (moved - weights)
            weights = moved
        likelihood = (probabilities(columns @ weights) * truth).sum(axis=1)
        yield weights[:-1], weights[-1], float(-np.log(likelihood).mean())


def probabilities(sums: Floats) -> Floats:
    """The probabilities of the classes from their weighted sums, a row for each instance."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
