"""The revisions of what keeps them as ReplicaSets: a Deployment, and a Rollout of Argo."""

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from kubernetes_values import Object, annotations_of, condition, moment, name_of
from workload_state import Revision, Seen


def template_without(found: Object, label: str) -> dict[str, Any]:
    """The pods that are made, without the label that tells one ReplicaSet from another."""
    template: dict[str, Any] = {**found["spec"]["template"]}
    metadata: dict[str, Any] = {**(template.get("metadata") or {})}
    metadata.pop("creationTimestamp", None)
    metadata["labels"] = {key: value for key, value in (metadata.get("labels") or {}).items() if key != label}
    template["metadata"] = metadata
    return template


def number_in(found: Object, annotation: str) -> int:
    """0 where the controller has not given one yet."""
    text = annotations_of(found).get(annotation, "")
    return int(text) if text.isdigit() else 0


def revision_from(found: Object, template: Mapping[str, Any], number: int) -> Revision:
    return Revision(
        name=name_of(found),
        number=number,
        template=template,
        containers=template["spec"]["containers"],
        notes=annotations_of(found),
        serves=int((found.get("status") or {}).get("availableReplicas") or 0) > 0,
    )


def seen_from(found: Object, template: Mapping[str, Any], number: int) -> Seen:
    status = found.get("status") or {}
    return Seen(
        found=found,
        template=template,
        containers=template["spec"]["containers"],
        notes=annotations_of(found),
        revision=number,
        ready=int(status.get("readyReplicas") or 0),
        wanted=int(found["spec"].get("replicas", 1)),
        since=moment(condition(found, "Progressing").get("lastUpdateTime")),
        is_paused=bool(found["spec"].get("paused")),
    )


def oldest(found: Sequence[Object]) -> Optional[Object]:
    return min(found, key=lambda one: (moment(one["metadata"].get("creationTimestamp")), name_of(one)), default=None)
