"""Reads a Rollout of Argo (https://argoproj.github.io/rollouts) and its ReplicaSets."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from kubernetes_values import Object, annotations_of, condition, moment
from replica_sets import number_in, oldest, revision_from, seen_from, template_without
from rollout_reason import Reason
from workload_state import Complaint, Progress, Revision, Seen

HASH = "rollouts-pod-template-hash"
REVISION = "rollout.argoproj.io/revision"
# What the controller has put into a template for as long as its pods are the canary, or the stable ones.
EPHEMERAL = "rollout.argoproj.io/ephemeral-metadata"
# Reasons of the condition `Progressing` that mean an end, by what is told of them.
ENDS = {"RolloutAborted": "stopped", "ProgressDeadlineExceeded": "deadline"}


def rollout_seen(found: Object) -> Seen:
    return seen_from(found, template_without(found, HASH), number_in(found, REVISION))


def rollout_revision(found: Object) -> Revision:
    return revision_from(found, own_template(found), number_in(found, REVISION))


def own_template(found: Object) -> dict[str, Any]:
    """The template of a ReplicaSet as users wrote it, without what the controller has put into it."""
    template = template_without(found, HASH)
    injected = ephemeral(found)
    template["metadata"] = {
        **template["metadata"],
        **{
            part: {key: value for key, value in (template["metadata"].get(part) or {}).items() if key not in keys}
            for part in ("labels", "annotations")
            if (keys := injected.get(part) or {})
        },
    }
    affinity = without_injected(template["spec"].get("affinity") or {})
    rest = {key: value for key, value in template["spec"].items() if key != "affinity"}
    template["spec"] = {**rest, "affinity": affinity} if affinity else rest
    return template


def ephemeral(found: Object) -> Mapping[str, Any]:
    try:
        injected = json.loads(annotations_of(found).get(EPHEMERAL, "{}"))
    except ValueError:
        return {}
    return injected if isinstance(injected, dict) else {}


def without_injected(affinity: Mapping[str, Any]) -> dict[str, Any]:
    """Without the rule that keeps new pods from the nodes of the stable ones (`antiAffinity` of the strategy)."""
    terms = affinity.get("podAntiAffinity") or {}
    own = {key: kept for key, listed in terms.items() if (kept := [one for one in listed if not is_injected(one)])}
    rest = {key: value for key, value in affinity.items() if key != "podAntiAffinity"}
    return {**rest, "podAntiAffinity": own} if own else rest


def is_injected(term: Mapping[str, Any]) -> bool:
    # One that is only preferred has its weight around it.
    inner = term.get("podAffinityTerm") or term
    expressions = (inner.get("labelSelector") or {}).get("matchExpressions") or []
    return any(one.get("key") == HASH for one in expressions)


def rollout_set(found: Object, sets: Iterable[Object]) -> Optional[Object]:
    """The ReplicaSet that makes what the template says; None before the controller has seen the template.

    The API server fills in what a template of a ReplicaSet leaves out, and not what one of a Rollout does, so the two
    are never equal. The controller names the ReplicaSet, and may say that it has seen a change before it does: so the
    images are compared as well.
    """
    if not is_observed(found):
        return None
    wanted = (found.get("status") or {}).get("currentPodHash")
    named = [one for one in sets if (one["metadata"].get("labels") or {}).get(HASH) == wanted]
    return oldest([one for one in named if images_of(one) == images_of(found)])


def images_of(found: Object) -> list[tuple[str, str]]:
    spec = found["spec"]["template"]["spec"]
    containers = [*(spec.get("initContainers") or []), *spec["containers"]]
    return [(str(one["name"]), str(one.get("image", ""))) for one in containers]


def is_observed(found: Object) -> bool:
    """It is a text here, and the hash of something in what was made for versions before 0.10."""
    return (found.get("status") or {}).get("observedGeneration") == str(found["metadata"].get("generation", 0))


def rollout_progress(found: Object, current: Optional[Object]) -> Progress:
    status = found.get("status") or {}
    if current is None:
        return Progress("the controller to see the change", complaints=invalid(found) if is_observed(found) else ())
    pauses = status.get("pauseConditions") or []
    if status.get("controllerPause") and not pauses:
        return Progress("the controller to go on after a pause")
    phase = status.get("phase")
    if phase == "Healthy":
        return Progress()
    if phase == "Paused" and pauses:
        return pause(found, str(pauses[0].get("reason", "")))
    said = str(status.get("message") or "the controller to say how it stands")
    return Progress(said, complaints=[*invalid(found), *complaints(found)])


def invalid(found: Object) -> list[Complaint]:
    wrong = condition(found, "InvalidSpec")
    reason: Reason = {"code": "stopped", "detail": str(wrong.get("message", ""))}
    return [Complaint(reason, None, False)] if wrong else []


def complaints(found: Object) -> list[Complaint]:
    """Why the controller went back, does not wait for any longer, or cannot make pods."""
    progress, failure = condition(found, "Progressing"), condition(found, "ReplicaFailure")
    said = []
    code = ENDS.get(str(progress.get("reason", "")))
    if progress.get("status") == "False":
        reason: Reason = {"code": code or "not-created", "detail": str(progress.get("message", ""))}
        said.append(Complaint(reason, moment(progress.get("lastUpdateTime")), code is None))
    if failure.get("status") == "True":
        reason = {"code": "not-created", "detail": str(failure.get("message", ""))}
        said.append(Complaint(reason, moment(failure.get("lastUpdateTime")), True))
    return said


def pause(found: Object, reason: str) -> Progress:
    """Whether a pause ends by itself, or waits for a person."""
    strategy, status = found["spec"].get("strategy") or {}, found.get("status") or {}
    if reason == "CanaryPauseStep":
        steps = (strategy.get("canary") or {}).get("steps") or []
        index = int(status.get("currentStepIndex") or 0)
        step = steps[index] if index < len(steps) else {}
        duration = (step.get("pause") or {}).get("duration")
        place = f"step {index + 1} of {len(steps)}"
        if duration is not None:
            # A number is of seconds.
            return Progress(f"the pause of {duration}{'' if str(duration)[-1].isalpha() else ' s'} at {place}")
        return Progress(f"a person, at {place} of its canary", is_held=True)
    if reason == "BlueGreenPause":
        settings = strategy.get("blueGreen") or {}
        if settings.get("autoPromotionEnabled", True) and settings.get("autoPromotionSeconds"):
            return Progress(f"its new pods to have run for {settings['autoPromotionSeconds']} s")
        return Progress("a person, before the new pods are asked by its Service", is_held=True)
    what = "experiment" if "Experiment" in reason else "analysis"
    return Progress(f"a person, since its {what} was inconclusive", is_held=True)


def needs_promotion(found: Object) -> bool:
    """Whether the controller goes through its steps, although it may leave them out."""
    status = found.get("status") or {}
    return bool(not status.get("promoteFull") and status.get("stableRS") != status.get("currentPodHash"))
