"""Waits for a rollout, as long as it may still come to its end, and asks what serves then."""

import time
from typing import Any, Optional

from kubernetes_api import patiently
from kubernetes_objects import ready_pod
from rollout_call import PAUSE, Call
from rollout_state import Look, Reason, at_the_end, judge, set_of_template, taken_over, template_of
from running_service import Running


class Ended(Exception):
    """A rollout that did not work."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason["code"])
        self.reason = reason


def finish(call: Call, deployment: Any, since: float) -> None:
    """Waits until pods of the template serve, and asks them; raises Ended."""
    look = wait(call, template_of(deployment), since)
    current = set_of_template(template_of(look["deployment"]), look["sets"])
    if not call.spec["checks"]["names"]:
        return
    running = Running(call.api, call.spec["checks"], ready_pod(look["pods"], current))
    call.result["checks"], reason = running.checked()
    if reason is not None:
        name = deployment["spec"]["template"]["spec"]["containers"][call.index]["name"]
        raise Ended(with_log(call, {**reason, "container": name}, running.pod))


def wait(call: Call, template: Any, since: float) -> Look:
    ends = time.monotonic() + call.spec["timeout"]
    while True:
        look: Look = patiently(call.objects.look, ends, call.say)
        other = taken_over(look["deployment"], template)
        if other is not None:
            raise Ended(other)
        judged = judge(look, since, call.spec["limits"])
        if judged["done"]:
            return look
        call.say(f"waiting for {judged['waits']}")
        reason = judged["reason"]
        if reason is None and time.monotonic() > ends:
            reason = at_the_end(look, since)
        if reason is not None:
            raise Ended(with_log(call, reason, reason.get("pod")))
        time.sleep(PAUSE)


def with_log(call: Call, reason: Reason, pod: Optional[str]) -> Reason:
    if not pod or reason["code"] in ("image", "config", "unschedulable"):
        return reason
    container = reason.get("container") or ""
    log = call.objects.log(pod, container, reason["code"] == "crash") if container else ""
    return {**reason, "log": log} if log else reason
