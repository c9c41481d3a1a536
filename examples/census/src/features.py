"""From a person's raw answers to the numbers that the model sees.

An instance is a mapping from column names to raw values: strings when it comes from CSV, strings
and numbers when it comes from JSON. Sex and race are deliberately no features. They stay in the
data, so that the predictions can be judged by group; `src.fairness` says what else sex is used for.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from src.errors import InputError

Instance: TypeAlias = Mapping[str, Any]
Matrix: TypeAlias = npt.NDArray[np.float64]
T = TypeVar("T")

LABEL = "income"
CLASSES = ("<=50K", ">50K")

# Each with the lowest and the highest value that makes sense.
NUMBERS = {
    "age": (0, 120),
    "education_num": (1, 16),
    "capital_gain": (0, 1e9),
    "capital_loss": (0, 1e9),
    "hours_per_week": (0, 168),
}
CATEGORIES = ("workclass", "marital_status", "occupation", "relationship", "native_country")
FEATURES = (*NUMBERS, *CATEGORIES)

# Categories seen less often than this are pulled towards the average of all.
SMOOTHING = 20


@dataclass(frozen=True)
class Encoder:
    """Turns instances into rows of numbers; `ranks` holds each category's place in its order."""

    ranks: dict[str, dict[str, int]]

    @classmethod
    def fit(cls, instances: Sequence[Instance], positive: Sequence[bool]) -> "Encoder":
        """Order the categories of each column by their share of positive labels.

        With this order a tree needs one cut where one-hot columns need many.
        """
        average = sum(positive) / len(positive)
        return cls(
            {
                name: _ranks((i.get(name) for i in instances), positive, average)
                for name in CATEGORIES
            }
        )

    def transform(self, instances: Iterable[Instance]) -> Matrix:
        """One row per instance, one column per feature, NaN for unknown and for unseen categories.

        Raises InputError, naming the instance and the column, where a value makes no sense.
        """
        rows = each(self._row, instances)
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))

    def _row(self, instance: Instance) -> list[float]:
        return [
            *(number(instance, name) for name in NUMBERS),
            *(self.ranks[name].get(category(instance, name), math.nan) for name in CATEGORIES),
        ]


def each(read: Callable[[Instance], T], instances: Iterable[Instance]) -> list[T]:
    """What `read` finds in each instance; its InputError is raised with the instance's place."""
    found = []
    for position, instance in enumerate(instances):
        try:
            found.append(read(instance))
        except InputError as error:
            raise InputError(f"instance {position}: {error}") from None
    return found


def number(instance: Instance, name: str) -> float:
    """The value of a numeric column. Raises InputError when it is absent or makes no sense."""
    raw = instance.get(name)
    if raw is None or raw == "":
        raise InputError(f"{name} is missing")
    try:
        value = math.nan if isinstance(raw, bool) else float(raw)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    low, high = NUMBERS[name]
    # Written this way round so that NaN is refused as well.
    if not low <= value <= high:
        raise InputError(f"{name} must be a number from {low:g} to {high:g}, not {raw!r:.60}")
    return value


def category(instance: Instance, name: str) -> str:
    """The value of a categorical column, empty when unknown. Raises InputError when no text."""
    value = instance.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError(f"{name} must be text, not {value!r:.60}")
    return value.strip()


def is_positive(instance: Instance) -> bool:
    """Whether the label is the upper class. Raises InputError for anything but the two classes."""
    value = instance.get(LABEL)
    if value not in CLASSES:
        raise InputError(f"{LABEL} must be one of {', '.join(CLASSES)}, not {value!r:.60}")
    return bool(value == CLASSES[1])


def _ranks(
    values: Iterable[str | None], positive: Sequence[bool], average: float
) -> dict[str, int]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for value, label in zip(values, positive, strict=True):
        if value:
            counts[value][label] += 1

    def share(value: str) -> float:
        negatives, positives = counts[value]
        return (positives + SMOOTHING * average) / (negatives + positives + SMOOTHING)

    # The name breaks ties: the order depends on nothing but the data.
    ordered = sorted(counts, key=lambda value: (share(value), value))
    return {value: rank for rank, value in enumerate(ordered)}
