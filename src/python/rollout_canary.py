"""Tries a candidate beside production before it takes its place."""

from typing import Any

from canary import Canary, CanaryFile
from canary_pods import CANDIDATE, FRESH
from rollout_back import last_seen
from rollout_call import Call
from rollout_state import WayBack
from typed_json import read


def canary_words(call: Call) -> list[str]:
    if call.spec["canary"] is None:
        return []
    plan = read(CanaryFile, call.spec["canary"])["plan"]
    shares = ", ".join(f"{100 * share:g} %" for share in plan["steps"])
    return [f"first a canary: {shares} of the pods beside as many fresh ones, {plan['requests']} requests each"]


def is_tried(call: Call, deployment: Any, back: WayBack, file: str) -> bool:
    """Whether a candidate may go on that was tried beside production; without production it may."""
    if back["template"] is None or deployment["spec"].get("replicas", 1) == 0:
        call.say("no canary: nothing serves that it could be held against")
        return True
    images = {CANDIDATE: call.spec["image"], FRESH: back["image"]}
    checks = call.spec["checks"]
    canary = Canary(call.api, read(CanaryFile, file), checks["protocol"], checks["tolerance"], call.say)
    found, reason = canary.run(
        deployment, call.index, images, call.spec["id"], call.spec["timeout"], call.spec["limits"]
    )
    call.result["canary"] = found
    if reason is None:
        return True
    call.result["outcome"], call.result["reason"] = "held", reason
    call.result["after"] = last_seen(call)
    return False
