"""Counts how a candidate does beside production, and plays the games against its limits that `sequential.ts` makes up.

Nothing here asks anybody, so that tests can make answers up.
"""

import json
import math
import random
import statistics
from bisect import insort
from collections.abc import Callable, Sequence
from typing import NamedTuple, Optional, TypedDict

from same_answer import same

# In the order in which they are told.
CHECKS = ("errors", "disagreement", "slowdown", "slow")
# Answers of production before anything is called slow.
KNOWN = 20
# Of these one in twenty is slower.
SHARE = 0.95
# How much of production's fastest answer the way there may take: what is left is the server's.
MOST = 0.9
# How much of a row an example has.
SHOWN = 200

Counts = TypedDict("Counts", {"against": int, "neither": int, "for": int})


class Game(TypedDict):
    # The logarithms of what each bet multiplies its money by: after an outcome against, neither, for the candidate.
    over: list[list[float]]
    under: list[list[float]]


class Enough(TypedDict):
    over: float
    under: float


class Asked(TypedDict):
    """One answer; `predictions` is None for none that counts, and `text` says what came instead."""

    predictions: Optional[list[object]]
    seconds: float
    text: str


class Answers(NamedTuple):
    """Those to one request, which production got twice."""

    candidate: Asked
    production: Asked
    again: Asked


def ask_in_turn(
    coin: random.Random, candidate: Callable[[], Asked], production: Callable[[], Asked], again: Callable[[], Asked]
) -> Answers:
    """Asks in an order that a coin decides."""
    asks = {"candidate": candidate, "production": production, "again": again}
    return Answers(**{name: asks[name]() for name in coin.sample(list(asks), len(asks))})


class Judge:
    """What is known of a candidate so far."""

    def __init__(self, games: dict[str, Game], enough: Enough, slowdown: float, tolerance: float) -> None:
        self.games, self.enough, self.slowdown, self.tolerance = games, enough, slowdown, tolerance
        self.counts: dict[str, Counts] = {name: {"against": 0, "neither": 0, "for": 0} for name in CHECKS}
        self.ratios: list[float] = []
        self.requests = 0
        self.example = ""
        # How long production took, and a request that asks for nothing, each sorted.
        self.usual: list[float] = []
        self.ways: list[float] = []

    def note(self, row: object, candidate: Asked, production: Asked, again: Asked) -> None:
        """One request. Production was asked twice: what it answers otherwise itself is not held against a candidate."""
        ours, theirs, twice = candidate["predictions"], production["predictions"], again["predictions"]
        differs, wavers = ours is None and theirs is not None, False
        is_compared = ours is not None and theirs is not None and twice is not None
        # Before anything is counted: a request counts for all checks or for none.
        if ours is not None and theirs is not None and twice is not None:
            differs, wavers = self.differ(ours, theirs), self.differ(twice, theirs)
        self.requests += 1
        self.count("errors", ours is None and theirs is not None, theirs is None and ours is not None)
        if is_compared:
            self.count("disagreement", differs and not wavers, wavers and not differs)
        if differs and not self.example:
            self.example = example_of(row, candidate, production)
        if ours is not None and theirs is not None:
            self.time(candidate["seconds"], production["seconds"])

    def differ(self, one: list[object], other: list[object]) -> bool:
        return not same(other, one, self.tolerance)

    def note_way(self, seconds: float) -> None:
        insort(self.ways, seconds)

    def time(self, ours: float, theirs: float) -> None:
        # Below what production took, so that of two equal ones neither is more often called the slower.
        way = min(self.way(), MOST * theirs)
        ratio = (ours - way) / max(theirs - way, 1e-9)
        self.ratios.append(ratio)
        self.count("slowdown", ratio > 1 + self.slowdown, ratio < 1 + self.slowdown)
        # By what was known before: a bet is made before the coin is tossed.
        if len(self.usual) >= KNOWN:
            limit = way + (1 + self.slowdown) * (self.usual[int(SHARE * (len(self.usual) - 1))] - way)
            self.count("slow", ours > limit >= theirs, theirs > limit >= ours)
        insort(self.usual, theirs)

    def way(self) -> float:
        """How long the way to a server and back takes: beside it, what differs between two fast ones is little."""
        if not self.ways or not self.usual:
            return 0.0
        return min(self.ways[len(self.ways) // 2], MOST * self.usual[0])

    def count(self, check: str, against: bool, other: bool) -> None:
        counts = self.counts[check]
        if against:
            counts["against"] += 1
        elif other:
            counts["for"] += 1
        else:
            counts["neither"] += 1

    def worse(self) -> str:
        """The first check that shows the candidate to be worse; empty while none does."""
        return next((name for name in CHECKS if self.is_shown(name, "over")), "")

    def unshown(self) -> list[str]:
        """The checks that are not shown to be kept yet."""
        return [name for name in CHECKS if not self.is_shown(name, "under")]

    def value(self, check: str) -> float:
        """What a check has measured so far: an excess of shares, or how much longer answers take."""
        if check == "slowdown":
            return statistics.median_high(self.ratios) - 1 if self.ratios else 0.0
        counts = self.counts[check]
        trials = counts["against"] + counts["neither"] + counts["for"]
        return (counts["against"] - counts["for"]) / max(1, trials)

    def is_shown(self, check: str, side: str) -> bool:
        game = self.games[check]
        over = side == "over"
        bets, enough = (game["over"], self.enough["over"]) if over else (game["under"], self.enough["under"])
        return log_wealth(self.counts[check], bets) >= enough


def log_wealth(counts: Counts, bets: Sequence[Sequence[float]]) -> float:
    """The logarithm of the money that a unit became which was spread over bets."""
    against, neither, other = counts["against"], counts["neither"], counts["for"]
    logs = [against * bet[0] + neither * bet[1] + other * bet[2] for bet in bets]
    most = max(logs)
    return most + math.log(sum(math.exp(one - most) for one in logs) / len(logs))


def example_of(row: object, candidate: Asked, production: Asked) -> str:
    shown = json.dumps(row, ensure_ascii=False)[:SHOWN]
    return f"{shown}: the candidate {candidate['text']}, production {production['text']}"
