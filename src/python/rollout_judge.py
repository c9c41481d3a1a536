"""Judges how a rollout stands that began at some moment, by what was seen of it."""

from collections.abc import Iterable, Mapping
from typing import Any, Optional, TypedDict

from pod_judge import first_reason
from rollout_reason import Limits, Reason
from workload_state import Complaint, Look, Seen, last_manager


class Judged(TypedDict):
    """Whether a rollout has ended, what it is waited for else, and why it will not end well."""

    done: bool
    waits: str
    reason: Optional[Reason]


def judge(look: Look, since: float, limits: Limits) -> Judged:
    """How a rollout stands that began at `since`."""
    waits = look.progress.waits
    if not waits:
        return {"done": True, "waits": "", "reason": None}
    reason = first_reason(look.pods, look.events, look.now, limits)
    return {
        "done": False,
        "waits": waits,
        "reason": reason or first_complaint(look.progress.complaints, since, look.now, limits),
    }


def first_complaint(complaints: Iterable[Complaint], since: float, now: float, limits: Limits) -> Optional[Reason]:
    """What a controller does not wait for any longer. What it said before is about what was there before."""
    late = now - since > limits["patience"]
    fresh = (one for one in complaints if one.said is None or one.said >= since)
    return next((one.reason for one in fresh if late or not one.may_pass), None)


def at_the_end(look: Look, since: float) -> Reason:
    """Why a rollout has not ended in its time: what is wrong with its pods now, or else what it is waited for."""
    judged = judge(look, since, {"ready": 0, "patience": 0})
    return judged["reason"] or {"code": "timeout", "detail": judged["waits"]}


def taken_over(seen: Seen, template: Mapping[str, Any]) -> Optional[Reason]:
    """Whether somebody else has changed what is deployed to since it had this template."""
    if seen.template != template:
        images = [str(one.get("image", "")) for one in seen.containers]
        return {"code": "overtaken", "detail": last_manager(seen.found), "names": images}
    if seen.is_paused:
        return {"code": "paused", "detail": last_manager(seen.found)}
    return None
