"""How a Job of Kubernetes stands, and what is to be said of it.

Nothing here asks the API server, so that tests can make objects up. Times are seconds since 1970 by the server's clock.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from kubernetes_values import Object, annotations_of, condition, moment, name_of, shortened
from pod_judge import messages
from rollout_reason import Reason
from rollout_records import PREFIX

# What the training is, the version of the store that its pods fetch, and the Secret that they read it with.
KEY, INPUTS, SECRET = f"{PREFIX}key", f"{PREFIX}inputs", f"{PREFIX}secret"
# Who waits for it: one annotation for each call, with the time when it was seen last.
SEEN = f"{PREFIX}seen-"
# In seconds: a call that was not seen for so long was killed.
ABANDONED = 60.0
# What the containers of a pod are called, in the order in which they run.
FETCH, TRAIN, STORE = "fetch", "train", "store"
# The exit code of a container that SIGKILL has ended.
KILLED = 137
# The place of a pod among those that train together; a pod that trains alone has none.
INDEX = "batch.kubernetes.io/job-completion-index"
SHOWN = 500


def has_ended(job: Object) -> str:
    """`Complete` or `Failed`; empty of one that is under way."""
    return next((kind for kind in ("Complete", "Failed") if condition(job, kind).get("status") == "True"), "")


def others_wait(job: Object, own: str, now: float) -> bool:
    """Whether another call waits for it."""
    return any(
        key.startswith(SEEN) and key != own and now - moment(value) < ABANDONED
        for key, value in annotations_of(job).items()
    )


def by_age(pods: Iterable[Object]) -> list[Object]:
    """The newest last."""
    return sorted(pods, key=lambda pod: (moment(pod["metadata"].get("creationTimestamp")), name_of(pod)))


def rank_of(pod: Object) -> str:
    return annotations_of(pod).get(INDEX, "")


def newest_of_each(pods: Iterable[Object]) -> list[Object]:
    """The newest pod of each worker: those before it were tried again."""
    return list({rank_of(pod): pod for pod in by_age(pods)}.values())


def states_of(pod: Object) -> dict[str, Any]:
    """The state of each container by its name."""
    status = pod.get("status") or {}
    found = [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
    return {str(one.get("name", "")): one.get("state") or {} for one in found}


def ended_as(pod: Object, container: str) -> Object:
    """How a container ended; empty of one that has not."""
    return states_of(pod).get(container, {}).get("terminated") or {}


def ended_at(pod: Object) -> float:
    """When its training ended."""
    return moment(ended_as(pod, TRAIN).get("finishedAt"))


def said_by(pod: Object, container: str) -> dict[str, Any]:
    """What a container of ours said when it ended."""
    try:
        found = json.loads(ended_as(pod, container).get("message") or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def result_in(pods: Iterable[Object]) -> str:
    """The version of the store that a pod left its model as; empty where none has."""
    found = (said_by(pod, STORE).get("version", "") for pod in pods if ended_as(pod, STORE).get("exitCode") == 0)
    return next((one for one in found if isinstance(one, str) and one), "")


def waits_for(job: Object, pods: Sequence[Object], events: Sequence[Object]) -> str:
    """What keeps the training from running; empty where nothing does."""
    spec = job.get("spec") or {}
    if spec.get("suspend"):
        queue = (job["metadata"].get("labels") or {}).get("kueue.x-k8s.io/queue-name")
        return f"waits in queue {queue} of Kueue" if queue else "it is suspended"
    if not pods:
        return next(reversed(messages(events, "FailedCreate")), "no pod has been made yet")
    return next(filter(None, map(pod_waits, newest_of_each(pods))), "")


def pod_waits(pod: Object) -> str:
    if pod["metadata"].get("deletionTimestamp"):
        return f"pod {name_of(pod)} is ending"
    placed = condition(pod, "PodScheduled")
    if placed.get("status") == "False":
        return shortened(f"no node takes pod {name_of(pod)}: {placed.get('message', '')}", SHOWN)
    states = states_of(pod)
    if "running" in states.get(FETCH, {}):
        return "source and data are fetched from the store"
    waiting = states.get(FETCH, {}).get("waiting") or {}
    why, message = str(waiting.get("reason", "")), str(waiting.get("message", ""))
    if why in ("", "PodInitializing"):
        return ""
    return shortened(f"pod {name_of(pod)} is not made yet: {why}{': ' if message else ''}{message}", SHOWN)


def disruption(pod: Object) -> str:
    """Why a pod was ended that did nothing wrong; empty of any other."""
    found = condition(pod, "DisruptionTarget")
    if found.get("status") != "True":
        return ""
    return shortened(f"{found.get('reason', '')}: {found.get('message', '')}", SHOWN)


def is_out_of_memory(pod: Object) -> bool:
    return any((state.get("terminated") or {}).get("reason") == "OOMKilled" for state in states_of(pod).values())


def failure_of(job: Object, pods: Sequence[Object]) -> Reason:
    """Why a Job that has failed did so, by its last pod that failed by itself."""
    told = condition(job, "Failed")
    if told.get("reason") == "DeadlineExceeded":
        return {"code": "deadline"}
    own = [pod for pod in by_age(pods) if not disruption(pod)]
    reasons = [reason for reason in map(pod_failure, sorted(own, key=ended_at)) if reason is not None]
    # Where one worker has failed the others lose it, and are ended: it was the first.
    ones = [reason for reason in reasons if reason["code"] != "killed"][:1] or reasons[-1:]
    return ones[0] if ones else {"code": "stopped", "detail": str(told.get("message", ""))}


def pod_failure(pod: Object) -> Optional[Reason]:
    if is_out_of_memory(pod):
        return {"code": "memory", "pod": name_of(pod), "exitCode": KILLED}
    for container in (FETCH, STORE):
        said = said_by(pod, container)
        if "kind" in said:
            names = [str(said.get("kind", "")), str(said.get("key", ""))]
            return {"code": "store", "pod": name_of(pod), "detail": str(said.get("detail", "")), "names": names}
    said = said_by(pod, TRAIN)
    if "exitCode" in said:
        code, stopped = int(said["exitCode"]), str(said.get("stopped", ""))
        # Where the kernel ends the command alone, nothing else says that it was the memory.
        kind = "memory" if code == KILLED and not stopped else "training"
        return {"code": kind, "pod": name_of(pod), "exitCode": code, "detail": stopped}
    for container in (FETCH, TRAIN, STORE):
        ended = ended_as(pod, container)
        if ended and ended.get("exitCode") != 0:
            detail = shortened(str(ended.get("message") or "").strip(), SHOWN)
            code = int(ended.get("exitCode") or 0)
            return {"code": "killed", "pod": name_of(pod), "container": container, "exitCode": code, "detail": detail}
    status: Mapping[str, Any] = pod.get("status") or {}
    message = str(status.get("message") or status.get("reason") or "")
    return {"code": "killed", "pod": name_of(pod), "detail": message} if message else None
