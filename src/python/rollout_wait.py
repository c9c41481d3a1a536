"""Waits for a rollout, as long as it may still come to its end, and asks what serves then."""

import time
from collections.abc import Mapping
from typing import Any, Optional

from kubernetes_failure import Missing, Refused, Rejected, Silent, patiently
from rollout_call import PAUSE, Call
from rollout_judge import at_the_end, judge, taken_over
from rollout_reason import Reason
from running_service import Checked, Running
from workload_state import Look, Seen, ready_pods


class Ended(Exception):
    """A rollout that did not work."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason["code"])
        self.reason = reason


def finish(call: Call, seen: Seen, since: float) -> Look:
    """Waits until pods of the template serve, or a person is to let them, and asks them; raises Ended."""
    look = wait(call, seen.template, since)
    checks = call.spec["checks"]
    if look.progress.is_held and checks["names"] and checks["service"] is not None:
        call.result["checks"] = [{"name": "checks", "text": "its Service has pods of both revisions", "asked": False}]
        return look
    call.result["checks"], reason = asked(call, look, checks["names"])
    if reason is not None:
        raise Ended(reason)
    return look


def asked(call: Call, look: Look, names: list[str]) -> tuple[list[Checked], Optional[Reason]]:
    """What serves was asked, and why the first check that it did not pass failed."""
    if not names:
        return [], None
    running = Running(call.api, {**call.spec["checks"], "names": names}, next(iter(ready_pods(look)), None))
    passed, reason = running.checked()
    if reason is None:
        return passed, None
    name = str(look.seen.containers[call.index]["name"])
    return passed, with_log(call, {**reason, "container": name}, running.pod)


def wait(call: Call, template: Mapping[str, Any], since: float, is_back: bool = False) -> Look:
    """Waits for the end of a rollout, or for what only a person ends; the way back has nobody to wait for."""
    ends = time.monotonic() + call.spec["timeout"]
    while True:
        look: Look = patiently(call.workload.look, ends, call.say)
        other = taken_over(look.seen, template)
        if other is not None:
            raise Ended(other)
        judged = judge(look, since, call.spec["limits"])
        if judged["done"]:
            return look
        call.say(f"waiting for {judged['waits']}")
        reason = judged["reason"]
        if reason is None and look.progress.is_held and not is_back:
            return look
        if reason is None and time.monotonic() > ends:
            reason = at_the_end(look, since)
        if reason is not None:
            raise Ended(with_log(call, reason, reason.get("pod")))
        if is_back:
            hasten(call, look)
        time.sleep(PAUSE)


def hasten(call: Call, look: Look) -> None:
    """What is not taken now is tried again with the next look."""
    try:
        call.workload.hasten(look)
    except (Refused, Missing, Silent, Rejected) as error:
        call.say(f"its controller cannot be told to go on at once: {error}")


def with_log(call: Call, reason: Reason, pod: Optional[str]) -> Reason:
    if not pod or reason["code"] in ("image", "config", "unschedulable"):
        return reason
    container = reason.get("container") or ""
    log = call.objects.log(pod, container, reason["code"] == "crash") if container else ""
    return {**reason, "log": log} if log else reason
