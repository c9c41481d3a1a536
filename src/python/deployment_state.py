"""Reads a Deployment and its ReplicaSets."""

from collections.abc import Iterable
from typing import Optional

from kubernetes_values import Object, condition, moment
from replica_sets import number_in, oldest, revision_from, seen_from, template_without
from workload_state import Complaint, Progress, Revision, Seen

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"


def deployment_seen(found: Object) -> Seen:
    return seen_from(found, template_without(found, HASH), number_in(found, REVISION))


def deployment_revision(found: Object) -> Revision:
    return revision_from(found, template_without(found, HASH), number_in(found, REVISION))


def deployment_set(found: Object, sets: Iterable[Object]) -> Optional[Object]:
    """The ReplicaSet that makes pods of the template: the oldest where there are two, as the controller takes it."""
    template = template_without(found, HASH)
    return oldest([one for one in sets if template_without(one, HASH) == template])


def deployment_progress(found: Object) -> Progress:
    waits = unfinished(found)
    # A condition is about what was there before until the controller has seen a change.
    return Progress(waits, complaints=complaints(found) if waits and is_observed(found) else ())


def unfinished(found: Object) -> str:
    """What a rollout is waited for, in the order in which kubectl looks; empty when it has ended."""
    spec, status = found["spec"], found.get("status") or {}
    wanted = int(spec.get("replicas", 1))
    updated, all_pods = int(status.get("updatedReplicas") or 0), int(status.get("replicas") or 0)
    available = int(status.get("availableReplicas") or 0)
    if not is_observed(found):
        return "the controller to see the change"
    if updated < wanted:
        return f"{updated} of {counted(wanted)} to be made"
    if all_pods > updated:
        return f"{all_pods - updated} of the old pods to end"
    return f"{available} of {counted(wanted)} ready" if available < updated else ""


def counted(pods: int) -> str:
    return f"{pods} pod{'' if pods == 1 else 's'}"


def is_observed(found: Object) -> bool:
    seen = (found.get("status") or {}).get("observedGeneration") or 0
    return bool(seen >= found["metadata"].get("generation", 0))


def complaints(found: Object) -> list[Complaint]:
    """What the controller says of pods that it cannot make, or does not wait for any longer."""
    failure, progress = condition(found, "ReplicaFailure"), condition(found, "Progressing")
    said = []
    if failure.get("status") == "True":
        detail = str(failure.get("message", ""))
        said.append(Complaint({"code": "not-created", "detail": detail}, moment(failure.get("lastUpdateTime")), True))
    if progress.get("status") == "False" and progress.get("reason") == "ProgressDeadlineExceeded":
        detail = str(progress.get("message", ""))
        said.append(Complaint({"code": "deadline", "detail": detail}, moment(progress.get("lastUpdateTime")), False))
    return said
