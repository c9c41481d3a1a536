"""The trained model: a weight for each measurement, in a JSON file.

Not a pickle: loading it runs no code. The numbers are rounded so that the last bit of another
processor's arithmetic does not show. Using it takes nothing but the standard library.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from src.errors import InputError

Instance: TypeAlias = Mapping[str, Any]

FILE = "model.json"
LABEL = "progression"
DECIMALS = 6

# Each with the lowest and the highest value that makes sense.
FEATURES = {
    "age": (0, 120),
    "sex": (1, 2),
    "bmi": (10, 80),
    "bp": (30, 250),
    "s1": (30, 700),
    "s2": (5, 600),
    "s3": (5, 200),
    "s4": (1, 20),
    "s5": (1, 10),
    "s6": (20, 700),
}


@dataclass(frozen=True)
class Model:
    """A weighted sum, kept between the lowest and the highest label that was learned from."""

    weights: dict[str, float]
    intercept: float
    lowest: float
    highest: float

    def predict(self, instances: Sequence[Instance]) -> list[float]:
        """The progression of each instance. Raises InputError, naming the instance."""
        answers = []
        for position, instance in enumerate(instances):
            try:
                answers.append(self._answer(instance))
            except InputError as error:
                raise InputError(f"instance {position}: {error}") from None
        return answers

    def _answer(self, instance: Instance) -> float:
        terms = (
            weight * value
            for weight, value in zip(self.weights.values(), values(instance), strict=True)
        )
        return round(min(max(self.intercept + sum(terms), self.lowest), self.highest), 2)

    def save(self, folder: Path) -> None:
        """Write the model's file into the folder, which is made when it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def values(instance: Instance) -> list[float]:
    """The measurements in the order of FEATURES. Raises InputError where one makes no sense."""
    return [number(instance, name, *limits) for name, limits in FEATURES.items()]


def number(instance: Instance, name: str, low: float, high: float) -> float:
    """One number of an instance. Raises InputError when it is absent or makes no sense."""
    raw = instance.get(name)
    if raw is None or raw == "":
        raise InputError(f"{name} is missing")
    try:
        value = float("nan") if isinstance(raw, bool) else float(raw)
    except (TypeError, ValueError, OverflowError):
        value = float("nan")
    # Written this way round so that NaN is refused as well.
    if not low <= value <= high:
        raise InputError(f"{name} must be a number from {low:g} to {high:g}, not {raw!r:.60}")
    return value


def load(folder: Path) -> Model:
    """Read a model's file. Raises InputError when it is absent or damaged."""
    path = folder / FILE
    try:
        document = json.loads(path.read_text("utf-8"))
        weights = {name: float(document["weights"][name]) for name in FEATURES}
        rest = {name: float(document[name]) for name in ("intercept", "lowest", "highest")}
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: train first, or name another folder") from None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error!r:.80}): train again") from None
    return Model(weights, **rest)
