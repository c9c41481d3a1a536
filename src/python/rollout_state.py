"""Judges what the API server of Kubernetes says of a Deployment.

Nothing here asks it: all functions take objects as the API gives them, so that tests can make them up. Times are
seconds since 1970 by the server's clock.
"""

import calendar
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, TypedDict

from rollout_records import FAILED, IMAGE, NAMED, PREVIOUS_SET, STATE, annotations_of

Object = Mapping[str, Any]


class Reason(TypedDict, total=False):
    """Why something cannot be done, or did not work: a code, and what its words need."""

    code: str
    detail: str
    pod: str
    container: str
    names: list[str]
    exitCode: int
    log: str


class Limits(TypedDict):
    """How long what may still pass is waited for, in seconds."""

    # A container that runs and is not ready, unless its probes allow more.
    ready: float
    # A pod without a node, an image that does not come, pods that may not be made.
    patience: float


class Look(TypedDict):
    """What the server said at one moment."""

    deployment: Object
    sets: Sequence[Object]
    pods: Sequence[Object]
    events: Sequence[Object]
    now: float


class Judged(TypedDict):
    """Whether a rollout has ended, what it is waited for else, and why it will not end well."""

    done: bool
    waits: str
    reason: Optional[Reason]


HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"

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


def moment(text: object) -> float:
    """Seconds of a time of the API; 0 for none."""
    if not isinstance(text, str) or len(text) < 19:
        return 0.0
    return float(calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")))


def name_of(found: Object) -> str:
    return str(found.get("metadata", {}).get("name", ""))


def revision_of(found: Object) -> int:
    """0 where the controller has not given one yet."""
    text = annotations_of(found).get(REVISION, "")
    return int(text) if text.isdigit() else 0


def selector_text(deployment: Object) -> str:
    """The selector of a Deployment as a query has it."""
    selector = deployment["spec"].get("selector", {})
    equal = [f"{key}={value}" for key, value in selector.get("matchLabels", {}).items()]
    return ",".join([*equal, *(expression_text(one) for one in selector.get("matchExpressions", []))])


def expression_text(expression: Object) -> str:
    key, operator, values = expression["key"], expression["operator"], ",".join(expression.get("values", []))
    known = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})", "Exists": key, "DoesNotExist": f"!{key}"}
    return str(known[operator])


def template_of(found: Object) -> dict[str, Any]:
    """The pods that a Deployment or a ReplicaSet makes, without what tells its ReplicaSets apart."""
    template: dict[str, Any] = {**found["spec"]["template"]}
    metadata: dict[str, Any] = {**(template.get("metadata") or {})}
    metadata.pop("creationTimestamp", None)
    metadata["labels"] = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    template["metadata"] = metadata
    return template


def owned_by(owner: Object, found: Iterable[Object]) -> list[Object]:
    uid = owner["metadata"].get("uid")
    return [one for one in found if any(ref.get("uid") == uid for ref in one["metadata"].get("ownerReferences") or [])]


def set_of_template(template: Object, sets: Iterable[Object]) -> Optional[Object]:
    """The ReplicaSet that makes pods of a template: the oldest one where there are two, as the controller takes it."""
    same = [one for one in sets if template_of(one) == template]
    return min(same, key=lambda one: (moment(one["metadata"].get("creationTimestamp")), name_of(one)), default=None)


def set_named(name: str, sets: Iterable[Object]) -> Optional[Object]:
    return next((one for one in sets if name_of(one) == name), None)


def container_index(deployment: Object, wanted: Optional[str]) -> tuple[int, Optional[Reason]]:
    """The place of the container whose image is set, or why none can be."""
    names = [str(one["name"]) for one in deployment["spec"]["template"]["spec"]["containers"]]
    if wanted is None:
        return (0, None) if len(names) == 1 else (0, {"code": "several-containers", "names": names})
    if wanted not in names:
        return 0, {"code": "no-container", "container": wanted, "names": names}
    return names.index(wanted), None


def image_at(found: Object, index: int) -> str:
    containers = found["spec"]["template"]["spec"]["containers"]
    return str(containers[index].get("image", "")) if index < len(containers) else ""


class WayBack(TypedDict):
    """What runs before a change, to go back to; `nothing` says why there is nothing."""

    replicaSet: str
    revision: int
    image: str
    template: Optional[dict[str, Any]]
    annotations: dict[str, str]
    nothing: str


def way_back(deployment: Object, sets: Sequence[Object], index: int, is_resumed: bool = False) -> WayBack:
    """What a failure goes back to: what serves now, or what served before a rollout that has not ended.

    A deploy that goes on where it was interrupted never goes back to what it deploys itself.
    """
    current = set_of_template(template_of(deployment), sets)
    before = set_named(annotations_of(deployment).get(PREVIOUS_SET, ""), sets)
    if before is not None and (is_resumed or (is_under_way(deployment) and unfinished(deployment))):
        return to_set(before, index)
    is_asleep = deployment["spec"].get("replicas", 1) == 0
    if current is not None and not is_resumed and (is_asleep or served(current)):
        return to_set(current, index)
    others = [one for one in sets if one is not current and served(one)]
    if others:
        return to_set(max(others, key=revision_of), index)
    why = "it has no revision yet" if current is None else f"no pod of revision {revision_of(current)} was ever ready"
    return {"replicaSet": "", "revision": 0, "image": "", "template": None, "annotations": {}, "nothing": why}


def served(found: Object) -> bool:
    return int((found.get("status") or {}).get("availableReplicas") or 0) > 0


def to_set(found: Object, index: int) -> WayBack:
    return {
        "replicaSet": name_of(found),
        "revision": revision_of(found),
        "image": image_at(found, index),
        "template": template_of(found),
        "annotations": {key: value for key, value in annotations_of(found).items() if is_kept(key)},
        "nothing": "",
    }


def is_kept(key: str) -> bool:
    """Whether a note is about a revision itself, and not about what was tried after it."""
    return key == CHANGE_CAUSE or (key in NAMED and key not in FAILED)


def unfinished(deployment: Object) -> str:
    """What a rollout is waited for, in the order in which kubectl looks; empty when it has ended."""
    spec, status = deployment["spec"], deployment.get("status") or {}
    wanted = int(spec.get("replicas", 1))
    updated, all_pods = int(status.get("updatedReplicas") or 0), int(status.get("replicas") or 0)
    available = int(status.get("availableReplicas") or 0)
    if not is_observed(deployment):
        return "the controller to see the change"
    if updated < wanted:
        return f"{updated} of {wanted} pods to be made"
    if all_pods > updated:
        return f"{all_pods - updated} of the old pods to end"
    return f"{available} of {wanted} pods ready" if available < updated else ""


def is_observed(deployment: Object) -> bool:
    seen = (deployment.get("status") or {}).get("observedGeneration") or 0
    return bool(seen >= deployment["metadata"].get("generation", 0))


def condition(found: Object, kind: str) -> Object:
    return next((one for one in (found.get("status") or {}).get("conditions") or [] if one.get("type") == kind), {})


def fresh_condition(deployment: Object, kind: str, since: float) -> Object:
    """A condition, unless it is about what was there before: it stays until the controller has seen a change."""
    found = condition(deployment, kind)
    is_stale = not is_observed(deployment) or moment(found.get("lastUpdateTime")) < since
    return {} if is_stale else found


def judge(look: Look, since: float, limits: Limits) -> Judged:
    """How a rollout stands that began at `since`."""
    deployment = look["deployment"]
    waits = unfinished(deployment)
    if not waits:
        return {"done": True, "waits": "", "reason": None}
    current = set_of_template(template_of(deployment), look["sets"])
    pods = [] if current is None else owned_by(current, look["pods"])
    reason = first_reason(pods, look["events"], look["now"], limits) or stopped(deployment, since, look["now"], limits)
    return {"done": False, "waits": waits, "reason": reason}


def stopped(deployment: Object, since: float, now: float, limits: Limits) -> Optional[Reason]:
    """What the controller says of pods that it cannot make, or does not wait for any longer."""
    failure = fresh_condition(deployment, "ReplicaFailure", since)
    if failure.get("status") == "True" and now - since > limits["patience"]:
        return {"code": "not-created", "detail": str(failure.get("message", ""))}
    progress = fresh_condition(deployment, "Progressing", since)
    if progress.get("status") == "False" and progress.get("reason") == "ProgressDeadlineExceeded":
        return {"code": "deadline", "detail": str(progress.get("message", ""))}
    return None


def at_the_end(look: Look, since: float) -> Reason:
    """Why a rollout has not ended in its time: what is wrong with its pods now, or else what it is waited for."""
    judged = judge(look, since, {"ready": 0, "patience": 0})
    return judged["reason"] or {"code": "timeout", "detail": judged["waits"]}


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
    return {"code": code, "pod": name_of(pod), "container": container, "detail": detail.strip()[:SHOWN]}


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


def taken_over(deployment: Object, template: Object) -> Optional[Reason]:
    """Whether somebody else has changed a Deployment since it had this template."""
    if template_of(deployment) != template:
        images = [str(one.get("image", "")) for one in deployment["spec"]["template"]["spec"]["containers"]]
        return {"code": "overtaken", "detail": last_manager(deployment), "names": images}
    if deployment["spec"].get("paused"):
        return {"code": "paused", "detail": last_manager(deployment)}
    return None


def last_manager(deployment: Object) -> str:
    """Which program changed what pods are made of last, and when.

    Who sets a field has it alone, and who has noted something since has none of them. Servers sort the changes of one
    second by name.
    """
    fields = [
        one
        for one in deployment["metadata"].get("managedFields") or []
        if not one.get("subresource") and "f:spec" in one.get("fieldsV1", {"f:spec": {}})
    ]
    last = max(reversed(fields), key=lambda one: moment(one.get("time")), default=None)
    return "" if last is None else f"{last.get('manager', '')} at {last.get('time', '')}"


class Drift(TypedDict):
    """What runs otherwise than it was recorded."""

    kind: str
    recorded: str
    found: str
    pod: str


def drift_of(deployment: Object, pods: Iterable[Object], index: int) -> list[Drift]:
    """What was changed behind the back of the deploys: the template's image, or what its pods run."""
    recorded = annotations_of(deployment).get(IMAGE, "")
    wanted = image_at(deployment, index)
    if not recorded:
        return []
    if digest_of(wanted) != digest_of(recorded) or repository_of(wanted) != repository_of(recorded):
        return [{"kind": "template", "recorded": recorded, "found": wanted, "pod": ""}]
    container = deployment["spec"]["template"]["spec"]["containers"][index]["name"]
    return [
        {"kind": "pod", "recorded": recorded, "found": running, "pod": name_of(pod)}
        for pod in pods
        for running in running_images(pod, container)
        if repository_of(running) == repository_of(recorded) and digest_of(running) not in ("", digest_of(recorded))
    ]


def running_images(pod: Object, container: str) -> list[str]:
    """What a node says it runs, unless it names an image by its configuration, which a registry does not know."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    found = [str(one.get("imageID", "")) for one in statuses if one.get("name") == container]
    return [one.split("://", 1)[-1] for one in found if "@" in one]


def digest_of(image: str) -> str:
    return image.partition("@")[2]


def repository_of(image: str) -> str:
    """The name of an image without its tag, as nodes write it."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    first = name.split("/", 1)[0]
    bare = f"{folder}{slash}{last.partition(':')[0]}"
    if slash and (any(letter in first for letter in ".:") or first == "localhost"):
        return bare
    return f"docker.io/{bare}" if slash else f"docker.io/library/{bare}"


def running_since(deployment: Object) -> float:
    """When what runs was rolled out, as far as anybody has noted it; 0 if nobody has."""
    return moment(condition(deployment, "Progressing").get("lastUpdateTime"))


def is_under_way(deployment: Object) -> bool:
    """Whether a deploy of ours began and has not noted how it ended."""
    return annotations_of(deployment).get(STATE) == "rolling-out"
