"""Lets the judge of a canary see streams of made-up answers, many in one process.

Called as `canary_streams.py PLAN KIND RUNS`; prints JSON: what was shown in each run, and when.
"""

import json
import random
import sys
from typing import Any

from canary_judge import Asked, Judge


def answer(label: str, seconds: float) -> Asked:
    return {"predictions": [label], "seconds": seconds, "text": f"answered {label}"}


FAILED: Asked = {"predictions": None, "seconds": 0.01, "text": "failed: HTTP 500"}


def way(random_of: random.Random) -> float:
    """Of servers that are far away, which takes several times as long as an answer itself."""
    return 0.03 * random_of.lognormvariate(0, 0.05)


def candidate(kind: str, random_of: random.Random, label: str) -> Asked:
    seconds = 0.01 * random_of.lognormvariate(0, 0.15)
    if kind == "slower":
        return answer(label, 1.3 * seconds)
    if kind == "otherwise" and random_of.random() < 0.03:
        return answer("other", seconds)
    if kind == "failing" and random_of.random() < 0.03:
        return FAILED
    # One in ten answers takes five times as long: the median does not show it.
    if kind == "stalling" and random_of.random() < 0.15:
        return answer(label, 5 * seconds)
    return answer(wavering(random_of, label) if kind == "wavering" else label, seconds)


def wavering(random_of: random.Random, label: str) -> str:
    return "other" if random_of.random() < 0.05 else label


def run(plan: dict[str, Any], kind: str, seed: int) -> dict[str, object]:
    random_of = random.Random(seed)
    judge = Judge(plan["games"], plan["enough"], plan["slowdown"], 0.01)
    for request in range(1, plan["requests"] + 1):
        label = random_of.choice(["yes", "no"])

        def production(label: str = label) -> Asked:
            seconds = 0.01 * random_of.lognormvariate(0, 0.15)
            return answer(wavering(random_of, label) if kind == "wavering" else label, seconds)

        ours, theirs, again = candidate(kind.removeprefix("far "), random_of, label), production(), production()
        if kind.startswith("far "):
            judge.note_way(way(random_of))
            for one in (ours, theirs, again):
                one["seconds"] += way(random_of)
        judge.note({"x": request}, ours, theirs, again)
        worse = judge.worse()
        if worse:
            return {"at": request, "worse": worse, "example": judge.example, "counts": judge.counts}
        if not judge.unshown():
            return {"at": request, "worse": "", "counts": judge.counts}
    return {"at": 0, "worse": "", "unshown": judge.unshown(), "counts": judge.counts}


def main() -> None:
    plan = json.loads(sys.argv[1])
    print(json.dumps([run(plan, sys.argv[2], seed) for seed in range(int(sys.argv[3]))]))


main()
