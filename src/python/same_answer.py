"""Compares what a server answers with what was recorded."""

import math
from typing import Any


def same(recorded: object, found: object, tolerance: float) -> bool:
    """Whether two answers agree: numbers within a share of the recorded one, all else alike; of objects labels."""
    try:
        return agree(recorded, found, tolerance)
    except RecursionError:
        # Nested so deep that it cannot be looked at: then nobody can say that they agree.
        return False


def agree(recorded: object, found: object, tolerance: float) -> bool:
    if is_number(recorded) and is_number(found):
        return near(recorded, found, tolerance)
    if isinstance(recorded, dict) and isinstance(found, dict):
        ours, theirs = label_of(recorded), label_of(found)
        if ours is not recorded and theirs is not found:
            return agree(ours, theirs, tolerance)
        return recorded.keys() == found.keys() and all(agree(recorded[key], found[key], tolerance) for key in recorded)
    if isinstance(recorded, list) and isinstance(found, list):
        return len(recorded) == len(found) and all(agree(a, b, tolerance) for a, b in zip(recorded, found))
    return type(recorded) is type(found) and recorded == found


def label_of(answer: dict[str, Any]) -> object:
    return next((answer[key] for key in ("label", "prediction") if key in answer), answer)


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def near(recorded: object, found: object, tolerance: float) -> bool:
    ours, theirs = number(recorded), number(found)
    if not (math.isfinite(ours) and math.isfinite(theirs)):
        # A share of what has no end is all there is, so such numbers are the same only where they are equal.
        return recorded == found
    return abs(theirs - ours) <= tolerance * abs(ours) + 1e-12


def number(value: object) -> float:
    """As a float; infinite for a whole number that no float holds."""
    try:
        return float(value) if isinstance(value, (int, float)) else 0.0
    except OverflowError:
        return math.inf
