"""Lets trials of candidates that do as production does be asked about after each request, many in one process.

Called as `analysis_streams.py PLAN TRIALS`, with what `plan.ts` makes of the settings. Prints how many failed.
"""

import json
import random
import sys
from functools import partial

from analysis_trial import Trial, Tried
from canary_judge import Asked, ask_in_turn


def answered(chance: random.Random, address: str, row: object) -> Asked:
    """Both waver alike, fail alike, and take as long."""
    label = "other" if chance.random() < 0.02 else "yes"
    fails = chance.random() < 0.005
    return {
        "predictions": None if fails else [label],
        "seconds": chance.lognormvariate(0, 0.15),
        "text": "failed" if fails else label,
    }


def main() -> None:
    given = json.loads(sys.argv[1])
    plan = given["plan"]
    failed = 0
    for seed in range(int(sys.argv[2])):
        chance = random.Random(seed)
        ask = partial(answered, chance)
        trial = Trial(Tried(plan, given["checks"], [{}], given["tolerance"], ask), "a:1", "b:1", "c", print)
        for _ in range(plan["requests"]):
            candidate, production = partial(ask, "a:1", {}), partial(ask, "b:1", {})
            trial.note({}, ask_in_turn(chance, candidate, production, production))
            if trial.verdict(1)["verdict"] == "failed":
                failed += 1
                break
    print(failed)


main()
