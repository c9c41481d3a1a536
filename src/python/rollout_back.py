"""Goes back to what a Deployment ran before: after a rollout that did not work, or because somebody asks for it."""

import time
from typing import Any, Optional

from canary_pods import remove_abandoned
from kubernetes_api import Missing, Refused, Rejected, Silent, clock, patiently, refuse
from rollout_call import Back, Call, Ran
from rollout_change import apply, note
from rollout_records import (
    ENDED,
    FAILED_IMAGE,
    FAILED_WHY,
    IMAGE,
    PREVIOUS_SET,
    STATE,
    annotation_changes,
    annotations_of,
    replaced,
)
from rollout_state import (
    CHANGE_CAUSE,
    Reason,
    WayBack,
    image_at,
    revision_of,
    set_named,
    template_of,
    to_set,
    unfinished,
)
from rollout_wait import Ended, finish, wait


def undo(call: Call, reason: Reason, back: Optional[WayBack]) -> None:
    """Goes back to what ran before, unless somebody else has changed it since."""
    call.fail(reason)
    call.result["outcome"] = "failed"
    call.say(f"failed: {in_short(reason)}")
    if reason["code"] in ("overtaken", "paused", "deleted"):
        call.result["back"] = outcome_of("left", None)
    elif back is None:
        call.result["back"] = outcome_of("left", None, "nothing was changed by this call")
    elif back["template"] is None:
        call.result["back"] = outcome_of("nothing", back, back["nothing"])
        note(call, call.objects.deployment(), {STATE: "failed", ENDED: clock(call.api.now)})
    else:
        failed = {
            FAILED_IMAGE: call.spec["image"],
            FAILED_WHY: in_short(reason)[:200],
        }
        call.result["back"] = go_back(call, back, failed)
    call.result["after"] = last_seen(call)


def go_back(call: Call, back: WayBack, more: dict[str, str]) -> Back:
    try:
        found = patiently(call.objects.deployment, time.monotonic() + call.spec["timeout"], call.say)
        if image_at(found, call.index) != call.spec["image"]:
            return outcome_of("left", back, "something else runs by now")
        changed = restore(call, back, template_of(found), more)
        since = call.api.now
        call.say(f"going back to revision {back['revision']}, {back['image']}")
        wait(call, template_of(changed), since)
    except Ended as error:
        return {**outcome_of("failed", back), "reason": error.reason}
    except (Refused, Missing, Silent, Rejected) as error:
        reason: Reason = error.reason if isinstance(error, Refused) else {"code": "lost", "detail": str(error)}
        return {**outcome_of("failed", back), "reason": reason}
    return outcome_of("done", back)


def restore(call: Call, back: WayBack, template: Any, more: dict[str, str]) -> Any:
    """Lets pods be made as before, and takes the notes of then with it."""
    then = back["annotations"]
    notes = {
        **replaced({IMAGE: back["image"], **then, STATE: "ready", **more}),
        CHANGE_CAUSE: then.get(CHANGE_CAUSE),
    }
    return apply(
        call,
        lambda found: [
            {"op": "replace", "path": "/spec/template", "value": back["template"]},
            *annotation_changes(annotations_of(found), notes),
        ],
        template,
    )


def last_seen(call: Call) -> Optional[Ran]:
    try:
        return call.ran(call.objects.deployment())
    except (Refused, Missing, Silent, Rejected):
        return None


def rollback(call: Call) -> None:
    deployment, sets = call.prepare()
    for name in remove_abandoned(call.api, call.spec["deployment"]):
        call.say(f"removed {name}, which a call left that was killed")
    target = target_of(call, deployment, sets)
    template = template_of(deployment)
    if target["template"] == template and not unfinished(deployment):
        call.result["outcome"], call.result["after"] = "unchanged", call.ran(deployment)
        return
    if call.spec["dryRun"]:
        before = image_at(deployment, call.index)
        call.plan([f"back to revision {target['revision']}: {before} -> {target['image']}"])
        return
    changed = deployment
    if target["template"] != template:
        changed = restore(call, target, template, {})
    call.say(f"going back to revision {target['revision']}, {target['image']}")
    try:
        finish(call, changed, call.api.now)
    except Ended as error:
        undo(call, error.reason, None)
        call.result["back"] = None
        return
    call.result["outcome"], call.result["after"] = "done", call.ran(call.objects.deployment())


def target_of(call: Call, deployment: Any, sets: list[Any]) -> WayBack:
    """The revision that was asked for, or the one that was noted as what ran before."""
    by_revision = {revision_of(one): one for one in sets}
    call.result["revisions"] = [
        f"{revision}: {image_at(by_revision[revision], call.index)}" for revision in sorted(by_revision, reverse=True)
    ]
    wanted = call.spec["revision"]
    if wanted is not None:
        if wanted not in by_revision:
            refuse("no-revision", str(wanted), call.result["revisions"])
        return to_set(by_revision[wanted], call.index)
    name = annotations_of(deployment).get(PREVIOUS_SET, "")
    found = set_named(name, sets)
    if found is None:
        refuse("nothing-noted", name, call.result["revisions"])
    return to_set(found, call.index)


def outcome_of(outcome: str, back: Optional[WayBack], why: str = "") -> Back:
    image, revision = ("", 0) if back is None else (back["image"], back["revision"])
    return {"outcome": outcome, "image": image, "revision": revision, "why": why, "reason": None}


def in_short(reason: Reason) -> str:
    code = f", exit code {reason['exitCode']}" if "exitCode" in reason else ""
    detail = reason.get("detail", "")
    return f"{reason['code']}{code}{': ' if detail else ''}{detail}"
