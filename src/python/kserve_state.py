"""Reads an InferenceService of KServe (https://kserve.github.io/website), and what serves it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from kubernetes_values import Object, annotations_of, condition, moment, name_of
from rollout_reason import Reason
from workload_state import Complaint, Progress, Revision, Seen

MODE = "serving.kserve.io/deploymentMode"
STOP = "serving.kserve.io/stop"
# The modes by their names of today and of before 0.15.
STANDARD, KNATIVE = "Standard", "Knative"
MODES = {"RawDeployment": STANDARD, "Serverless": KNATIVE}
# What KServe calls the container of a predictor that is written as a `model`.
CONTAINER = "kserve-container"
# Parts of a predictor that say how many pods there are and who asks them, which others change while a model serves.
SCALING = (
    *("minReplicas", "maxReplicas", "scaleTarget", "scaleMetric", "scaleMetricType", "autoScaling"),
    *("canaryTrafficPercent", "deploymentStrategy"),
)


def predictor_of(found: Object) -> Mapping[str, Any]:
    predictor: Mapping[str, Any] = found["spec"].get("predictor") or {}
    return predictor


def predictor_template(found: Object) -> dict[str, Any]:
    return {key: value for key, value in predictor_of(found).items() if key not in SCALING}


def predictor_containers(template: Mapping[str, Any]) -> list[Object]:
    """The containers as pods have them; the first one is that of a model, where there is one."""
    model = template.get("model")
    first = [] if model is None else [{"name": CONTAINER, "image": model.get("image", "")}]
    return [*first, *(template.get("containers") or [])]


def image_path(found: Object, index: int) -> str:
    if "model" not in predictor_of(found):
        return f"/spec/predictor/containers/{index}/image"
    return f"/spec/predictor/containers/{index - 1}/image" if index else "/spec/predictor/model/image"


def predictor_again(found: Object, template: Mapping[str, Any]) -> dict[str, Any]:
    """The predictor of before, scaled as it is now."""
    return {**template, **{key: value for key, value in predictor_of(found).items() if key in SCALING}}


def without_image(found: Object) -> str:
    """Why a predictor has no image that could be set; empty where it has one."""
    predictor = predictor_of(found)
    model = predictor.get("model") or {}
    if model.get("image") or (not model and predictor.get("containers")):
        return ""
    source = f" from {model['storageUri']}" if model.get("storageUri") else ""
    return (
        f"its predictor takes a model{source} with the image of a runtime, and this image has both:"
        " name an image in spec.predictor.containers, or in spec.predictor.model.image"
    )


def unheeded(found: Object, mode: str) -> str:
    """What it asks for and would not get, without a word of KServe; empty where there is nothing."""
    predictor = predictor_of(found)
    percent = predictor.get("canaryTrafficPercent")
    if mode == STANDARD and percent is not None:
        return (
            f"its canaryTrafficPercent is {percent}, which KServe does not heed in the mode {STANDARD}:"
            " all requests would go to the new image at once. Remove it"
        )
    if (predictor.get("model") or {}).get("runtimeVersion"):
        return "its runtimeVersion takes the place of the image's digest: remove spec.predictor.model.runtimeVersion"
    return ""


def declared_mode(found: Object) -> str:
    """How it is served, as its controller or its annotation says; empty where neither does."""
    said = (found.get("status") or {}).get("deploymentMode") or annotations_of(found).get(MODE, "")
    return MODES.get(said, str(said))


def served_name(found: Object) -> str:
    """The Deployment or the Service of Knative that KServe makes."""
    part = predictor_of(found).get("name")
    return f"{name_of(found)}-{part}-predictor" if part else f"{name_of(found)}-predictor"


def service_seen(found: Object, record: Revision) -> Seen:
    copies = ((found.get("status") or {}).get("modelStatus") or {}).get("copies") or {}
    ready = int(copies.get("totalCopies") or 0)
    template = predictor_template(found)
    return Seen(
        found=found,
        template=template,
        containers=predictor_containers(template),
        notes=record.notes,
        revision=record.number,
        ready=ready,
        wanted=max(int(predictor_of(found).get("minReplicas", 1)), ready),
        since=moment(condition(found, "PredictorReady").get("lastTransitionTime")),
        is_paused=annotations_of(found).get(STOP) == "true",
    )


def is_service_ready(found: Object) -> bool:
    return condition(found, "Ready").get("status") == "True"


def runs(containers: Iterable[Object], wanted: Sequence[Object]) -> bool:
    """Whether containers have the images that are wanted.

    KServe copies the generation that its Deployment was seen in, so nothing else says whether it has seen a change.
    """
    images = {str(one.get("name")): one.get("image") for one in containers}
    return all(images.get(str(one.get("name"))) == one.get("image") for one in wanted)


def service_complaints(found: Object) -> list[Complaint]:
    """What KServe does not take. It looks again, and may have said it of what was there before."""
    status = found.get("status") or {}
    predictor, model = condition(found, "PredictorReady"), status.get("modelStatus") or {}
    failure = model.get("lastFailureInfo") or {}
    said = [
        *([predictor] if predictor.get("reason") == "ReconcileFailed" else []),
        *([failure] if model.get("transitionStatus") == "InvalidSpec" else []),
    ]
    return [Complaint(stopped(one), None, True) for one in said]


def stopped(said: Mapping[str, Any]) -> Reason:
    parts = [str(said.get(key) or "") for key in ("reason", "message")]
    return {"code": "stopped", "detail": ": ".join(part for part in parts if part)}


def when_ready(found: Object, progress: Progress) -> Progress:
    """What serves it has ended, so that it is to be reached is what it waits for."""
    if progress.waits or is_service_ready(found):
        return progress
    ready = condition(found, "Ready")
    why = str(ready.get("message") or ready.get("reason") or "")
    return Progress(f"its condition Ready{f' ({why})' if why else ''}", complaints=service_complaints(found))


# Of a Revision's condition: no later look gives another answer.
FINAL = ("ContainerMissing", "ProgressDeadlineExceeded")


def predictor_status(found: Object) -> Mapping[str, Any]:
    components = (found.get("status") or {}).get("components") or {}
    status: Mapping[str, Any] = components.get("predictor") or {}
    return status


def newest_revision(found: Object, revisions: Sequence[Object], wanted: Sequence[Object]) -> Optional[Object]:
    """The Revision that was made last, unless that is of what was there before."""
    name = predictor_status(found).get("latestCreatedRevision")
    newest = (one for one in revisions if name_of(one) == name)
    return next((one for one in newest if runs(one["spec"].get("containers") or [], wanted)), None)


def knative_progress(
    found: Object, revisions: Sequence[Object], newest: Optional[Object], wanted: Sequence[Object]
) -> Progress:
    """How far Knative has come with the newest of its Revisions."""
    if newest is None:
        return Progress("KServe to make a revision of it", complaints=service_complaints(found))
    ready, name = condition(newest, "Ready"), name_of(newest)
    if ready.get("status") != "True" or predictor_status(found).get("latestReadyRevision") != name:
        return Progress(f"revision {name} to be ready", complaints=[*failed(ready), *service_complaints(found)])
    same = {name_of(one) for one in revisions if runs(one["spec"].get("containers") or [], wanted)}
    traffic = predictor_status(found).get("traffic") or []
    share = sum(int(one.get("percent") or 0) for one in traffic if one.get("revisionName") in same)
    if share >= 100:
        return when_ready(found, Progress())
    # Who has set a share decides when it grows.
    is_held = predictor_of(found).get("canaryTrafficPercent") is not None
    who = f"a person: {share} % of the requests go to it (canaryTrafficPercent)"
    return Progress(who if is_held else f"the requests to go to revision {name}", is_held)


def failed(ready: Object) -> list[Complaint]:
    if ready.get("status") != "False":
        return []
    return [Complaint(stopped(ready), moment(ready.get("lastTransitionTime")), ready.get("reason") not in FINAL)]
