"""Looks at made-up objects of a cluster as the module's Python does, for the tests of what it concludes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import argo_state
import deployment_state
import kserve_state
from kubernetes_values import Object
from rollout_drift import Drift, drift_of
from rollout_judge import Judged, judge, taken_over
from rollout_reason import Limits, Reason
from rollout_way_back import WayBack, way_back
from workload_state import Look, Progress, Revision, Seen


def deployment_look(found: Object, sets: Sequence[Object] = (), pods: Sequence[Object] = (), now: float = 0) -> Look:
    revision = deployment_state.deployment_revision
    current = deployment_state.deployment_set(found, sets)
    seen, progress = deployment_state.deployment_seen(found), deployment_state.deployment_progress(found)
    return look(seen, progress, revision, current, sets, pods, now)


def rollout_look(found: Object, sets: Sequence[Object] = (), pods: Sequence[Object] = (), now: float = 0) -> Look:
    current = argo_state.rollout_set(found, sets)
    seen, progress = argo_state.rollout_seen(found), argo_state.rollout_progress(found, current)
    return look(seen, progress, argo_state.rollout_revision, current, sets, pods, now)


def look(
    seen: Seen,
    progress: Progress,
    revision: Callable[[Object], Revision],
    current: Object | None,
    sets: Sequence[Object],
    pods: Sequence[Object],
    now: float,
) -> Look:
    made = None if current is None else revision(current)
    return Look(seen, made, [revision(one) for one in sets], pods, (), progress, now)


def knative(found: Object, revisions: Sequence[Object], wanted: Sequence[Object]) -> Progress:
    newest = kserve_state.newest_revision(found, revisions, wanted)
    return kserve_state.knative_progress(found, revisions, newest, wanted)


LOOKS = {"deployment": deployment_look, "rollout": rollout_look}


def progress(found: Object, sets: Sequence[Object]) -> Progress:
    return rollout_look(found, sets).progress


def judged(kind: str, found: Object, sets: Sequence[Object], since: float, now: float, limits: Limits) -> Judged:
    return judge(LOOKS[kind](found, sets, (), now), since, limits)


def back(kind: str, found: Object, sets: Sequence[Object], is_resumed: bool = False) -> WayBack:
    return way_back(LOOKS[kind](found, sets), is_resumed)


def overtaken(found: Object, template: Mapping[str, Any]) -> Reason | None:
    return taken_over(deployment_state.deployment_seen(found), template)


def drift(found: Object, pods: Sequence[Object], index: int) -> list[Drift]:
    return drift_of(deployment_state.deployment_seen(found), pods, index)
