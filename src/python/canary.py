"""Tries a candidate beside a fresh copy of what runs, and says whether it is worse.

Requests go to pods of both, through the API server; which pods, and in which order, a coin decides. It ends at the
first request that shows the candidate to be worse.
"""

import json
import math
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Optional, TypedDict

from canary_judge import Answers, Asked, Counts, Enough, Game, Judge, ask_in_turn
from canary_pods import CANDIDATE, FRESH, CanaryPods, NotServing, notes_of
from kubernetes_api import Api, clock, quoted
from kubernetes_failure import Missing, Refused, Rejected, Silent
from rollout_reason import Limits, Reason
from serving_protocol import Protocol, body_of, predictions_of, route_of
from workload_state import Seen

# Requests of each step that are not judged: of two pods that have just begun one is slower, whatever they run.
WARM_UP = 20
# Requests that neither answers, one after the other: then nobody can be asked.
UNANSWERED = 20
SHOWN = 200


class Plan(TypedDict):
    """What `canary.ts` makes of the settings."""

    # Shares of the pods of production.
    steps: list[float]
    # In each step.
    requests: int
    # How many times as many as the settings say that is.
    times: int
    traffic: bool
    slowdown: float
    games: dict[str, Game]
    enough: Enough
    approved: list[str]


class CanaryFile(TypedDict):
    plan: Plan
    # What is asked about.
    rows: list[object]


class Step(TypedDict):
    pods: int
    requests: int
    seconds: float


class CanaryResult(TypedDict):
    outcome: str
    worse: str
    requests: int
    counts: dict[str, Counts]
    ratios: list[float]
    steps: list[Step]
    example: str


class Canary:
    """One candidate beside production."""

    def __init__(
        self,
        api: Api,
        given: CanaryFile,
        protocol: Protocol,
        tolerance: float,
        say: Callable[[str], None],
    ) -> None:
        self.api, self.plan, self.rows, self.protocol, self.say = api, given["plan"], given["rows"], protocol, say
        self.judge = Judge(self.plan["games"], self.plan["enough"], self.plan["slowdown"], tolerance)
        self.steps: list[Step] = []
        self.unanswered = 0

    def run(
        self, seen: Seen, index: int, images: dict[str, str], call: str, timeout: float, limits: Limits
    ) -> tuple[CanaryResult, Optional[Reason]]:
        """How it came out, and why it does not go on; nothing of it is left afterwards."""
        pods = CanaryPods(self.api, seen, notes_of(call, clock(self.api.now)))
        coin = random.Random(call)
        try:
            pods.make(index, images, self.plan["traffic"], time.monotonic() + timeout)
            for number, share in enumerate(self.plan["steps"], 1):
                began, before = time.monotonic(), self.judge.requests
                count = max(1, math.ceil(share * seen.wanted))
                self.say(f"step {number} of {len(self.plan['steps'])}: {count} of each")
                asked = pods.scale(count, limits, began + timeout, self.say)
                worse = self.ask_all(asked, pods, coin, number == len(self.plan["steps"]), timeout)
                seconds = round(time.monotonic() - began, 1)
                self.steps.append({"pods": count, "requests": self.judge.requests - before, "seconds": seconds})
                if worse:
                    return self.result("worse", worse), {"code": "canary-worse", "detail": worse}
            unshown = [name for name in self.judge.unshown() if name not in self.plan["approved"]]
            if unshown:
                return self.result("unsure"), {"code": "canary-unsure", "names": unshown}
            return self.result("passed"), None
        except NotServing as error:
            return self.result("failed"), {**error.reason}
        finally:
            pods.end(self.say)

    def ask_all(
        self, pods: dict[str, list[str]], living: CanaryPods, coin: random.Random, is_last: bool, timeout: float
    ) -> str:
        """Asks until a check shows the candidate to be worse, which it gives, or there are enough requests."""
        for number in range(1 - WARM_UP, self.plan["requests"] + 1):
            living.beat()
            row = coin.choice(self.rows)
            answers = self.ask(row, pods, coin)
            # What the way there has lost is nobody's failure.
            while any(one["predictions"] is None for one in answers):
                if not living.was_away(time.monotonic() + timeout, self.say):
                    break
                answers = self.ask(row, pods, coin)
            self.heed(answers)
            if number < 1:
                continue
            self.judge.note(row, *answers)
            worse = self.judge.worse()
            if worse:
                return worse
            if is_last and not self.judge.unshown():
                break
            if number % 100 == 0:
                self.say(
                    f"{self.judge.requests} requests, not shown yet: {', '.join(self.judge.unshown()) or 'nothing'}"
                )
        return ""

    def ask(self, row: object, pods: dict[str, list[str]], coin: random.Random) -> Answers:
        candidate = coin.choice(pods[CANDIDATE])
        # Two pods where there are two: what those of one image answer differently is not held against a candidate.
        production, again = coin.sample(pods[FRESH], 2) if len(pods[FRESH]) > 1 else pods[FRESH] * 2
        answers = ask_in_turn(coin, *(partial(self.asked, row, pod) for pod in (candidate, production, again)))
        self.time_way(production)
        return answers

    def time_way(self, pod: str) -> None:
        """Asks what gives a server nothing to do; one that has no such path is judged with the way there."""
        path = self.protocol["health"]
        if path is None:
            return
        began = time.monotonic()
        try:
            self.api.behind("GET", self.proxy(pod) + path)
        except (Missing, Rejected, Silent, Refused):
            return
        self.judge.note_way(time.monotonic() - began)

    def heed(self, answers: Answers) -> None:
        """Raises Silent where nobody answers any more: that says nothing of the candidate."""
        nobody = all(one["predictions"] is None for one in answers)
        self.unanswered = self.unanswered + 1 if nobody else 0
        if self.unanswered >= UNANSWERED:
            raise Silent(f"neither the candidate nor production answers: production {answers.production['text']}")

    def proxy(self, pod: str) -> str:
        return f"/api/v1/namespaces/{quoted(self.api.namespace)}/pods/{quoted(pod)}:{self.protocol['port']}/proxy"

    def asked(self, row: object, pod: str) -> Asked:
        path = self.proxy(pod) + route_of(self.protocol, [row])
        began = time.monotonic()
        try:
            data = self.api.behind("POST", path, json.loads(body_of(self.protocol, [row]) or b"null"))
            seconds = time.monotonic() - began
            found = predictions_of(self.protocol, data.decode("utf-8", "replace"), 1)
            text = json.dumps(found, ensure_ascii=False)
        except Exception as error:
            # What a pod answers is its own: whatever cannot be made of it is an answer that does not count.
            return {"predictions": None, "seconds": time.monotonic() - began, "text": f"failed: {error!s:.200}"}
        return {"predictions": found, "seconds": seconds, "text": f"answered {text[:SHOWN]}"}

    def result(self, outcome: str, worse: str = "") -> CanaryResult:
        found = self.judge
        return {
            "outcome": outcome,
            "worse": worse,
            "requests": found.requests,
            "counts": found.counts,
            "ratios": found.ratios,
            "steps": self.steps,
            "example": found.example,
        }
