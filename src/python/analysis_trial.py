"""Tries one candidate beside what serves, for as long as somebody asks how it stands.

The state of the tests is kept from the first request to the last, whoever asks in between and however often: that is
what keeps their promise about false alarms.
"""

import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, NamedTuple, Optional, TypedDict

from canary_judge import Answers, Asked, Enough, Game, Judge, ask_in_turn

# Requests in a row that production does not answer: then there is nothing to compare with.
UNANSWERED = 20
# So many answers are not judged, at each step: new pods have cold caches, and those of production have not.
WARM_UP = 30
# In seconds: a service may not know of new pods at once, and is asked again after a pause.
PATIENCE, PAUSE = 30.0, 0.5
# Nobody is asked any more once nobody wanted to know for so long.
IDLE = 300.0


class Plan(TypedDict):
    """How much is asked, and how it is judged: a part of what `canary.ts` makes of the settings."""

    steps: list[float]
    requests: int
    slowdown: float
    games: dict[str, Game]
    enough: Enough


class Check(TypedDict):
    """How a check is told."""

    name: str
    limit: float
    setting: str


Outcome = Literal["passed", "failed", "inconclusive"]


class Verdict(TypedDict):
    verdict: Outcome
    # What decided it; empty where all checks did.
    check: str
    value: Optional[float]
    limit: Optional[float]
    setting: str
    requests: int
    text: str


class Tried(NamedTuple):
    """What is tried, and how a service is asked."""

    plan: Plan
    checks: dict[str, Check]
    rows: list[object]
    tolerance: float
    ask: Callable[[str, object], Asked]


class Trial:
    """One candidate, from its first request on."""

    def __init__(self, tried: Tried, canary: str, stable: str, checksum: str, say: Callable[[str], None]) -> None:
        self.plan, self.checks, self.rows = tried.plan, tried.checks, tried.rows
        self.checksum, self.say = checksum, say
        self.ask, self.canary, self.stable = tried.ask, canary, stable
        self.judge = Judge(self.plan["games"], self.plan["enough"], self.plan["slowdown"], tried.tolerance)
        self.coin = random.Random()
        self.lock = threading.Lock()
        # For so many steps requests are asked, and so many times traffic was let grow.
        self.steps, self.grown = 0, 0
        self.began = self.heard = time.monotonic()
        self.is_asking = self.has_ended = self.has_answered = False
        # Rounds that are not judged yet, those that production left unanswered, and what it said instead.
        self.cold, self.unanswered, self.silence = 0, 0, ""
        # Why the asking broke down: what is missing since then cannot be asked again without making the tests void.
        self.broken = ""

    @property
    def last(self) -> int:
        return len(self.plan["steps"])

    def go_on(self, step: int) -> None:
        """Asks until there are the requests of a step. They are asked once, however often this is called."""
        with self.lock:
            if min(step, self.last) > self.steps:
                self.steps, self.cold = min(step, self.last), WARM_UP
            self.heard = time.monotonic()
            if self.is_asking:
                return
            self.unanswered = 0
            self.is_asking = self.is_wanted()
            if not self.is_asking:
                return
        threading.Thread(target=self.run, daemon=True).start()

    def end(self) -> None:
        """Another candidate stands behind the services now."""
        with self.lock:
            self.has_ended = True

    def run(self) -> None:
        """In a thread of its own."""
        try:
            while self.goes_on():
                row = self.coin.choice(self.rows)
                candidate, production = partial(self.ask, self.canary, row), partial(self.ask, self.stable, row)
                answers = ask_in_turn(self.coin, candidate, production, production)
                if not self.note(row, answers):
                    time.sleep(PAUSE)
        except BaseException as error:
            with self.lock:
                self.is_asking, self.broken = False, f"{type(error).__name__}: {error!s:.200}"
            raise
        told = self.verdict(self.steps)
        such = f"; such as {self.judge.example}" if told["verdict"] == "failed" and self.judge.example else ""
        self.say(f"{self.canary}, {self.checksum}: {told['verdict']}: {told['text']}{such}")

    def goes_on(self) -> bool:
        with self.lock:
            # Whoever asks from now on begins another thread.
            self.is_asking = self.is_wanted()
            return self.is_asking

    def is_wanted(self) -> bool:
        """Whether another request is. In the last step what is shown by then is enough."""
        if self.broken or self.has_ended or self.unanswered >= UNANSWERED or time.monotonic() - self.heard > IDLE:
            return False
        if self.has_asked(self.steps) or self.judge.worse():
            return False
        return self.steps < self.last or bool(self.judge.unshown())

    def has_asked(self, step: int) -> bool:
        """Whether there are the requests of a step."""
        return self.judge.requests >= step * self.plan["requests"]

    def note(self, row: object, answers: Answers) -> bool:
        """Whether these answers say anything of the candidate."""
        with self.lock:
            is_silent = answers.production["predictions"] is None and answers.again["predictions"] is None
            self.unanswered = self.unanswered + 1 if is_silent else 0
            self.silence = answers.production["text"] if is_silent else ""
            self.has_answered = self.has_answered or answers.candidate["predictions"] is not None
            if is_silent or (not self.has_answered and time.monotonic() - self.began < PATIENCE):
                return False
            if self.cold > 0:
                self.cold -= 1
            else:
                self.judge.note(row, *answers)
            return True

    def verdict(self, step: int, approved: Sequence[str] = ()) -> Verdict:
        """How the candidate stands at a step: before the last, that it is not shown to be worse is enough."""
        with self.lock:
            worse = self.judge.worse()
            if worse:
                return self.told("failed", worse, self.numbers(worse))
            if self.broken:
                why = f"the analysis itself broke down ({self.broken}): nothing is judged"
                return self.told("inconclusive", "", why)
            unshown = self.judge.unshown()
            open_checks = [name for name in unshown if name not in approved]
            # A person has looked at what all requests have left open.
            if step >= self.last and (not unshown or (not open_checks and self.has_asked(step))):
                return self.told("passed", "", self.passed_text(unshown))
            if step < self.last and self.has_asked(step):
                return self.told("passed", "", f"step {step} of {self.last}: nothing shown against it")
            why = self.open_text(step, open_checks)
            return self.told("inconclusive", open_checks[0] if open_checks else "", why)

    def passed_text(self, approved: Sequence[str]) -> str:
        without = f", but for what a person has approved: {', '.join(approved)}" if approved else ""
        return f"shown to be no worse{without}"

    def open_text(self, step: int, unshown: Sequence[str]) -> str:
        if self.silence:
            return f"production does not answer, so there is nothing to compare with: {self.silence}"
        if self.has_asked(step):
            return f"not shown to be no worse: {', '.join(unshown)}"
        if not self.has_answered:
            return "the candidate has not answered yet"
        return f"step {step} of {self.last}: asking, and nothing shown against it yet"

    def numbers(self, check: str) -> str:
        told = self.checks[check]
        return f"{told['name']}: {percent(self.judge.value(check))}, limit {percent(told['limit'])} ({told['setting']})"

    def told(self, verdict: Outcome, check: str, text: str) -> Verdict:
        of = self.checks.get(check)
        requests = self.judge.requests
        return {
            "verdict": verdict,
            "check": check,
            "value": None if of is None or requests == 0 else self.judge.value(check),
            "limit": None if of is None else of["limit"],
            "setting": "" if of is None else of["setting"],
            "requests": requests,
            "text": f"{text}, after {requests:,} request{'' if requests == 1 else 's'}",
        }


def percent(share: float) -> str:
    return f"{100 * share:.3g} %"
