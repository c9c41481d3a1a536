"""Compares what a server answers with what was recorded."""

from typing import Any


def same(recorded: object, found: object, tolerance: float) -> bool:
    """Whether two answers agree: numbers within a share of the recorded one, all else alike; of objects labels."""
    if is_number(recorded) and is_number(found):
        return abs(number(found) - number(recorded)) <= tolerance * abs(number(recorded)) + 1e-12
    if isinstance(recorded, dict) and isinstance(found, dict):
        ours, theirs = label_of(recorded), label_of(found)
        if ours is not recorded and theirs is not found:
            return same(ours, theirs, tolerance)
        return recorded.keys() == found.keys() and all(same(recorded[key], found[key], tolerance) for key in recorded)
    if isinstance(recorded, list) and isinstance(found, list):
        return len(recorded) == len(found) and all(same(a, b, tolerance) for a, b in zip(recorded, found))
    return type(recorded) is type(found) and recorded == found


def label_of(answer: dict[str, Any]) -> object:
    return next((answer[key] for key in ("label", "prediction") if key in answer), answer)


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
