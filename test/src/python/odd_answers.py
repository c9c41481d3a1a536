"""Answers that cannot be compared, and trials whose asking breaks down, for tests that judge them."""

import threading
import time
from typing import Any

from analysis_trial import Trial, Tried
from canary_judge import Asked, Judge
from same_answer import same

# More than a float holds.
HUGE = 10**400


def nested(depth: int) -> object:
    found: object = 1
    for _ in range(depth):
        found = [found]
    return found


def agreements() -> dict[str, bool]:
    return {
        "huge for a half": same([0.5], [HUGE], 0.01),
        "a half for huge": same([HUGE], [0.5], 0.01),
        "huge for less huge": same([HUGE], [HUGE + 1], 0.01),
        "minus huge for huge": same([HUGE], [-HUGE], 1),
        "huge for huge": same([HUGE], [HUGE], 0.01),
        "deep for deep": same(nested(5000), nested(5000), 0.01),
        "near": same([0.5], [0.504], 0.01),
    }


def answered(value: object) -> Asked:
    return {"predictions": [value], "seconds": 0.01, "text": "answered"}


def counted(plan: dict[str, Any]) -> dict[str, Any]:
    """What a judge has counted of a candidate that answers one request with a number that no float holds."""
    judge = Judge(plan["games"], plan["enough"], plan["slowdown"], 0.01)
    judge.note({}, answered(HUGE), answered(0.5), answered(0.5))
    return {"requests": judge.requests, **judge.counts}


def broken(plan: dict[str, Any], checks: dict[str, Any], breaks: int) -> dict[str, Any]:
    """How a trial stands that breaks down once, and does as production does else, however often it is asked."""
    threading.excepthook = lambda _: None
    asked = 0

    def ask(address: str, row: object) -> Asked:
        nonlocal asked
        asked += 1
        if asked == breaks:
            raise OverflowError("int too large to convert to float")
        return answered("yes")

    trial = Trial(Tried(plan, checks, [{}], 0.01, ask), "a:1", "b:1", "c", lambda _: None)  # type: ignore[arg-type]
    for _ in range(5):
        trial.go_on(trial.last)
        while trial.is_asking:
            time.sleep(0.001)
    return {"asked": asked, "grows": trial.has_asked(trial.last), **trial.verdict(trial.last)}
