"""Changes what a Deployment of Kubernetes runs, waits for it, and goes back when it does not work; or says what runs.

Called as `deploy_kubernetes.py SPECIFICATION`, with the JSON of a `Specification`. The file `result` gets the JSON of a
`Result`. What is waited for is printed. It exits with 0 whatever came out: the result says it.
"""

import sys
import time
from pathlib import Path
from typing import Any, Optional

from canary_pods import abandoned
from kubernetes_api import Missing, Refused, Rejected, Silent, clock
from rollout_back import rollback, undo
from rollout_call import Call, Result, Specification
from rollout_canary import canary_words, is_tried
from rollout_change import apply, note
from rollout_records import (
    DEPLOYMENT,
    ENDED,
    IMAGE,
    PREVIOUS_IMAGE,
    PREVIOUS_SET,
    STARTED,
    STATE,
    annotation_changes,
    annotations_of,
    replaced,
)
from rollout_state import (
    CHANGE_CAUSE,
    WayBack,
    container_index,
    drift_of,
    image_at,
    is_under_way,
    judge,
    moment,
    name_of,
    owned_by,
    revision_of,
    set_of_template,
    taken_over,
    template_of,
    way_back,
)
from rollout_wait import Ended, finish, with_log
from typed_json import specification, write


def run(call: Call) -> Result:
    try:
        call.open()
        {"deploy": deploy, "rollback": rollback, "status": status}[call.spec["action"]](call)
    except Refused as error:
        call.fail(error.reason)
    except Silent as error:
        call.fail({"code": "lost" if call.changed else "unreachable", "detail": str(error)})
    except Missing as error:
        call.fail({"code": "deleted" if call.changed else "missing", "detail": str(error)})
    except Rejected as error:
        call.fail({"code": "rejected", "detail": str(error)})
    call.result["seconds"] = round(time.monotonic() - call.began, 1)
    return call.result


def deploy(call: Call) -> None:
    deployment, sets = call.prepare()
    if image_at(deployment, call.index) != call.spec["image"]:
        roll_out(call, deployment, way_back(deployment, sets, call.index))
        return
    # It is there already. A deploy of ours that was interrupted goes on, and all else is left as it is.
    noted = annotations_of(deployment)
    is_noted = noted.get(IMAGE) == call.spec["image"]
    is_resumed = is_noted and is_under_way(deployment)
    changes = {} if is_noted else notes(call, None, "rolling-out")
    if call.spec["dryRun"]:
        call.plan([f"note {key}: {value}" for key, value in changes.items() if value is not None])
        return
    back = way_back(deployment, sets, call.index, is_resumed) if is_resumed else None
    call.say(f"{call.spec['image']} is there already{', by a deploy that was interrupted' if is_resumed else ''}")
    deployment = note(call, deployment, changes)
    call.changed = is_resumed
    try:
        finish(call, deployment, moment(noted.get(STARTED)) if is_resumed else 0.0)
        ended = conclude(call, template_of(deployment)) if is_resumed or changes else call.objects.deployment()
    except Ended as error:
        undo(call, error.reason, back)
        return
    call.result["outcome"] = "done" if is_resumed else "unchanged"
    call.result["after"] = call.ran(ended)


def roll_out(call: Call, deployment: Any, back: WayBack) -> None:
    image = call.spec["image"]
    if call.spec["dryRun"]:
        before = image_at(deployment, call.index)
        name = deployment["spec"]["template"]["spec"]["containers"][call.index]["name"]
        call.plan([*canary_words(call), f"the image of container {name}: {before} -> {image}"])
        return
    if call.spec["canary"] is not None and not is_tried(call, deployment, back, call.spec["canary"]):
        return
    changed = apply(
        call,
        lambda found: [
            {"op": "replace", "path": f"/spec/template/spec/containers/{call.index}/image", "value": image},
            *annotation_changes(annotations_of(found), notes(call, back, "rolling-out")),
        ],
        template_of(deployment),
    )
    since = call.api.now
    call.say(f"asked for {image}")
    try:
        finish(call, changed, since)
        ended = conclude(call, template_of(changed))
    except Ended as error:
        undo(call, error.reason, back)
        return
    call.result["outcome"] = "done"
    call.result["after"] = call.ran(ended)


def conclude(call: Call, template: Any) -> Any:
    """Notes that a rollout has ended well; raises Ended where another one has begun since, whose notes stay its own."""
    changes = annotation_changes(
        annotations_of(call.objects.deployment()), {STATE: "ready", ENDED: clock(call.api.now)}
    )
    path = f"/spec/template/spec/containers/{call.index}/image"
    try:
        return call.api.patch(call.objects.path, [{"op": "test", "path": path, "value": call.spec["image"]}, *changes])
    except (Silent, Rejected) as error:
        found = call.objects.deployment()
        other = taken_over(found, template)
        if other is not None:
            raise Ended(other) from None
        call.say(f"what came out cannot be noted: {error}")
        return found


def notes(call: Call, back: Optional[WayBack], state: str) -> dict[str, Optional[str]]:
    """What is noted at the Deployment with a change."""
    found = {
        **call.spec["records"],
        **{IMAGE: call.spec["image"], DEPLOYMENT: call.spec["id"], STATE: state, STARTED: clock(call.api.now)},
    }
    if back is not None and back["replicaSet"]:
        found = {**found, PREVIOUS_SET: back["replicaSet"], PREVIOUS_IMAGE: back["image"]}
    return {**replaced(found), CHANGE_CAUSE: call.spec["cause"]}


def status(call: Call) -> None:
    deployment = call.first()
    call.index, problem = container_index(deployment, call.spec["container"])
    if problem is not None:
        raise Refused(problem)
    look = call.objects.look()
    judged = judge(look, moment(annotations_of(look["deployment"]).get(STARTED)), call.spec["limits"])
    call.result["outcome"] = "seen"
    call.result["after"] = call.ran(look["deployment"])
    call.result["waits"] = judged["waits"]
    reason = judged["reason"]
    if reason is None and look["deployment"]["spec"].get("paused"):
        reason = {"code": "paused-before"}
    call.result["reason"] = None if reason is None else with_log(call, reason, reason.get("pod"))
    current = set_of_template(template_of(look["deployment"]), look["sets"])
    own = [] if current is None else owned_by(current, look["pods"])
    call.result["drift"] = drift_of(look["deployment"], own, call.index)
    call.result["abandoned"] = [one.name for one in abandoned(call.api, call.spec["deployment"])]
    call.result["revisions"] = [
        f"{revision_of(one)}: {image_at(one, call.index)}"
        for one in sorted(look["sets"], key=lambda one: (revision_of(one), name_of(one)), reverse=True)
    ]


def main() -> None:
    spec = specification(Specification, sys.argv[1])
    call = Call(spec)
    result = run(call)
    Path(spec["result"]).parent.mkdir(parents=True, exist_ok=True)
    write(call.hidden.masked(result), spec["result"])


main()
