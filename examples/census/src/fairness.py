"""Decision thresholds per group, so that the favourable answer is about as common in each.

The trees know no sex, and still give the favourable answer to women a third as often as to men.
With `mitigation = "thresholds"` in `[tool.census]` of pyproject.toml, the groups that get it more
rarely need a lower score for it. Nobody who got it from the common threshold loses it. README.md
has what that costs, and where the law may forbid it.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from src.errors import InputError

Mitigation: TypeAlias = Literal["none", "thresholds"]

PROTECTED = "sex"

# Where the likelier class wins: the threshold of who is in no known group, and of the plain model.
COMMON = 0.5

# Above the 0.8 that the gate asks for, which judges other people than those counted here.
GOAL = 0.85

# The share in a smaller group is mostly chance: it keeps the common threshold.
MIN_GROUP = 100

SETTINGS = Path(__file__).parent.parent / "pyproject.toml"


def mitigation(settings: Path = SETTINGS) -> Mitigation:
    """What the project's settings say. Raises InputError for anything but the two choices."""
    try:
        document = tomllib.loads(settings.read_text("utf-8"))
    except FileNotFoundError:
        document = {}
    chosen = document.get("tool", {}).get("census", {}).get("mitigation")
    for choice in get_args(Mitigation):
        if chosen == choice:
            return chosen
    choices = " or ".join(f'"{choice}"' for choice in get_args(Mitigation))
    raise InputError(f"{settings.name}: tool.census.mitigation must be {choices}, not {chosen!r}")


def thresholds(groups: Sequence[str], scores: npt.NDArray[np.float64]) -> dict[str, float]:
    """For each group, the highest threshold that brings its share of favourable answers to GOAL.

    In hundredths, COMMON at most; the share is relative to the largest one under COMMON. Labels
    have no part in it, so the rows that the trees have learned from can be counted as well.
    """
    names = np.array(groups)
    parts = {group: scores[names == group] for group in sorted(set(groups) - {""})}
    members = {group: part for group, part in parts.items() if len(part) >= MIN_GROUP}
    wanted = GOAL * max((_share(part, COMMON) for part in members.values()), default=0)
    falling = [step / 100 for step in range(round(100 * COMMON), 0, -1)]
    return {
        group: next((limit for limit in falling if _share(part, limit) >= wanted), 0.0)
        for group, part in members.items()
    }


def _share(scores: npt.NDArray[np.float64], threshold: float) -> float:
    return float((scores > threshold).mean())
