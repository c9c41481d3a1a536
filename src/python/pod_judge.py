"""Judges pods: whether one will not serve, whatever made it, and why.

Nothing here asks the API server. Times are seconds since 1970 by the server's clock.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Optional

from kubernetes_values import Object, condition, moment, name_of, shortened
from rollout_reason import Limits, Reason

# No later attempt gives another answer.
FINAL_IMAGE_WORDS = re.compile(
    r"not found|manifest unknown|no such (image|manifest)|unauthorized|denied|forbidden|authentication required"
    r"|authorization failed|invalid (image|reference)|no match for platform|repository does not exist|name unknown",
    re.I,
)
BAD_IMAGE_NAMES = ("InvalidImageName", "ErrImageNeverPull")
PULLING = ("ErrImagePull", "ImagePullBackOff", "ImageInspectError", "RegistryUnavailable")
# Slow crashes never come to a back-off.
RESTARTS = 3
SHOWN = 500


def first_reason(pods: Iterable[Object], events: Sequence[Object], now: float, limits: Limits) -> Optional[Reason]:
    by_age = sorted(pods, key=lambda pod: (moment(pod["metadata"].get("creationTimestamp")), name_of(pod)))
    return next((reason for reason in (pod_reason(pod, events, now, limits) for pod in by_age) if reason), None)


def pod_reason(pod: Object, events: Sequence[Object], now: float, limits: Limits) -> Optional[Reason]:
    """Why a pod will not serve; None while it may."""
    status = pod.get("status") or {}
    # A pod that is ending, or that a node had no more room for, is replaced by another.
    if pod["metadata"].get("deletionTimestamp") or status.get("phase") in ("Failed", "Succeeded"):
        return None
    own = [one for one in events if one.get("involvedObject", {}).get("name") == name_of(pod)]
    placed = condition(pod, "PodScheduled")
    if placed.get("status") == "False" and placed.get("reason") == "Unschedulable":
        since = moment(placed.get("lastTransitionTime")) or moment(pod["metadata"].get("creationTimestamp"))
        grows = any(one.get("reason") == "TriggeredScaleUp" for one in own)
        waited = now - since > limits["patience"] and not grows
        return (
            about(pod, "", "unschedulable", str(placed.get("message", "")))
            if waited or not limits["patience"]
            else None
        )
    first, others = status.get("initContainerStatuses") or [], status.get("containerStatuses") or []
    found = [container_reason(pod, one, own, now, limits) for one in [*first, *others]]
    # What runs before the server may take as long as it likes, such as to fetch a model.
    late = [lateness(pod, one, own, now, limits) for one in others]
    return next((reason for reason in [*found, *late] if reason is not None), None)


def about(pod: Object, container: str, code: str, detail: str) -> Reason:
    return {"code": code, "pod": name_of(pod), "container": container, "detail": shortened(detail.strip(), SHOWN)}


def container_reason(
    pod: Object, status: Object, events: Sequence[Object], now: float, limits: Limits
) -> Optional[Reason]:
    name = str(status.get("name", ""))
    state = status.get("state") or {}
    waiting = state.get("waiting") or {}
    why, message = str(waiting.get("reason", "")), str(waiting.get("message", ""))
    if why in BAD_IMAGE_NAMES:
        return about(pod, name, "image", message or why)
    if why in PULLING:
        said = [text for text in (message, *messages(events, "Failed")) if text and not text.startswith("Back-off")]
        age = now - moment(pod["metadata"].get("creationTimestamp"))
        if any(FINAL_IMAGE_WORDS.search(text) for text in said) or age > limits["patience"]:
            return about(pod, name, "image", next(iter(said), message or why))
    # A kubelet that has not got its copy of a secret yet tries again.
    if why in ("CreateContainerConfigError", "CreateContainerError") and not re.search(
        "failed to sync .*cache", message
    ):
        return about(pod, name, "config", message or why)
    last = (status.get("lastState") or {}).get("terminated") or state.get("terminated") or {}
    crashed = why == "CrashLoopBackOff" or (
        int(status.get("restartCount") or 0) >= RESTARTS and not status.get("ready")
    )
    return crash(pod, name, last, events) if crashed else None


def lateness(pod: Object, status: Object, events: Sequence[Object], now: float, limits: Limits) -> Optional[Reason]:
    """Whether a container runs and is not ready for too long: since it started, or since it was ready last."""
    name, running = str(status.get("name", "")), (status.get("state") or {}).get("running") or {}
    if not running or status.get("ready"):
        return None
    ready = condition(pod, "Ready")
    since = max(moment(running.get("startedAt")), moment(ready.get("lastTransitionTime")))
    if now - since <= allowance(pod, name, limits["ready"]):
        return None
    said = [text for text in messages(events, "Unhealthy") if "eadiness" in text or "tartup" in text]
    return about(pod, name, "not-ready", said[-1] if said else str(ready.get("message", "")))


def crash(pod: Object, name: str, last: Object, events: Sequence[Object]) -> Reason:
    # A container that was killed says so by its exit code alone: why is in the event.
    killed = [text for text in messages(events, "Unhealthy") if "iveness" in text]
    why = str(last.get("reason", ""))
    said = [*([why] if why not in ("", "Error", "Completed") else []), str(last.get("message") or ""), *killed[-1:]]
    reason = about(pod, name, "crash", "; ".join(text for text in said if text))
    return {**reason, "exitCode": int(last["exitCode"])} if "exitCode" in last else reason


def messages(events: Iterable[Object], reason: str) -> list[str]:
    """What events of a kind say, the oldest first."""
    found = [one for one in events if one.get("reason") == reason]
    return [str(one.get("message", "")) for one in sorted(found, key=event_time)]


def event_time(event: Object) -> float:
    return max(moment(event.get("lastTimestamp")), moment(event.get("eventTime")), moment(event.get("firstTimestamp")))


def allowance(pod: Object, name: str, ready: float) -> float:
    """How long a container may run before it is ready, in seconds: what its probes allow, if that is more."""
    spec = pod.get("spec") or {}
    containers = [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]
    found: Object = next((one for one in containers if one.get("name") == name), {})
    return (
        max(ready, sum(probe_seconds(found.get(probe)) for probe in ("startupProbe", "readinessProbe"))) if ready else 0
    )


def probe_seconds(probe: Optional[Object]) -> float:
    if not probe:
        return 0
    period, failures = probe.get("periodSeconds") or 10, probe.get("failureThreshold") or 3
    return float((probe.get("initialDelaySeconds") or 0) + period * failures)
