"""The trained model: for each term how rare it is and a weight for each class, in a JSON file.

Not a pickle: loading it runs no code, and what a word counts can be read in it. Using it takes
nothing but the standard library.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from src.errors import InputError
from src.tfidf import vector

Instance: TypeAlias = Mapping[str, Any]

FILE = "model.json"
REVIEW = "review"
LABEL = "rating"
CLASSES = ("negative", "neutral", "positive")
POSITIVE = CLASSES.index("positive")
MAX_LENGTH = 10_000


@dataclass(frozen=True)
class Model:
    """A weighted sum of the terms of a review for each class."""

    rarity: dict[str, float]
    weights: dict[str, tuple[float, ...]]
    intercepts: tuple[float, ...]

    def probabilities(self, instances: Sequence[Instance]) -> list[list[float]]:
        """How likely each class is, for each instance. Raises InputError, naming the instance."""
        answers = []
        for position, instance in enumerate(instances):
            try:
                answers.append(self._probabilities(review(instance)))
            except InputError as error:
                raise InputError(f"instance {position}: {error}") from None
        return answers

    def predict(self, instances: Sequence[Instance]) -> list[str]:
        """The likeliest class of each instance. Raises InputError, naming the instance."""
        return [likeliest(row) for row in self.probabilities(instances)]

    def _probabilities(self, text: str) -> list[float]:
        sums = list(self.intercepts)
        for term, share in vector(text, self.rarity).items():
            for index, weight in enumerate(self.weights[term]):
                sums[index] += share * weight
        highest = max(sums)
        powers = [math.exp(value - highest) for value in sums]
        total = sum(powers)
        return [power / total for power in powers]

    def save(self, folder: Path) -> None:
        """Write the model's file into the folder, which is made when it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        terms = {term: [idf, *self.weights[term]] for term, idf in self.rarity.items()}
        # A term a line, so that two models can be compared.
        lines = ",\n".join(
            f"{json.dumps(term, ensure_ascii=False)}: {json.dumps(numbers)}"
            for term, numbers in terms.items()
        )
        text = f'{{"intercepts": {json.dumps(self.intercepts)},\n"terms": {{\n{lines}\n}}}}\n'
        (folder / FILE).write_text(text, "utf-8")


def likeliest(probabilities: Sequence[float]) -> str:
    """The class with the highest probability."""
    return CLASSES[max(range(len(CLASSES)), key=lambda index: probabilities[index])]


def review(instance: Instance) -> str:
    """The text of an instance. Raises InputError when it is absent, blank, too long or no text."""
    text = instance.get(REVIEW)
    if text is None:
        raise InputError(f"{REVIEW} is missing")
    if not isinstance(text, str):
        raise InputError(f"{REVIEW} must be a text, not {text!r:.60}")
    if not text.strip():
        raise InputError(f"{REVIEW} is empty")
    if len(text) > MAX_LENGTH:
        raise InputError(f"{REVIEW} has {len(text)} characters, at most {MAX_LENGTH} are allowed")
    return text


def load(folder: Path) -> Model:
    """Read a model's file. Raises InputError when it is absent or damaged."""
    path = folder / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        terms = {term: numbers(row, 1 + len(CLASSES)) for term, row in document["terms"].items()}
        intercepts = numbers(document["intercepts"], len(CLASSES))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: train first, or name another folder") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error!r:.80}): train again") from None
    rarity = {term: row[0] for term, row in terms.items()}
    return Model(rarity, {term: row[1:] for term, row in terms.items()}, intercepts)


def numbers(row: Sequence[float], expected: int) -> tuple[float, ...]:
    """The row as numbers. Raises ValueError unless there are as many finite ones as expected."""
    values = tuple(float(value) for value in row)
    if len(values) != expected or not all(map(math.isfinite, values)):
        raise ValueError(f"{expected} numbers expected")
    return values
