"""Tries a candidate beside production before it takes its place."""

from canary import Canary, CanaryFile
from canary_pods import CANDIDATE, FRESH
from rollout_back import last_seen
from rollout_call import Call
from rollout_way_back import WayBack
from typed_json import read
from workload_state import Seen


def canary_words(call: Call) -> list[str]:
    if call.spec["canary"] is None:
        return []
    plan = read(CanaryFile, call.spec["canary"])["plan"]
    shares = ", ".join(f"{100 * share:g} %" for share in plan["steps"])
    times = plan["times"]
    more = f"; {times} times canary.requests, since it is not known to be the data alone that changed"
    asked = f"{plan['requests']} requests each{'' if times == 1 else more}"
    return [f"first a canary: {shares} of the pods beside as many fresh ones, {asked}"]


def is_tried(call: Call, seen: Seen, back: WayBack, file: str) -> bool:
    """Whether a candidate may go on that was tried beside production; without production it may."""
    if back.to is None or seen.wanted == 0:
        call.say("no canary: nothing serves that it could be held against")
        return True
    images = {CANDIDATE: call.spec["image"], FRESH: back.to.image(call.index)}
    checks = call.spec["checks"]
    canary = Canary(call.api, read(CanaryFile, file), checks["protocol"], checks["tolerance"], call.say)
    found, reason = canary.run(seen, call.index, images, call.spec["id"], call.spec["timeout"], call.spec["limits"])
    call.result["canary"] = found
    if reason is None:
        return True
    call.result["outcome"], call.result["reason"] = "held", reason
    call.result["after"] = last_seen(call)
    return False
