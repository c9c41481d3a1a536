"""Goes back to what ran before: after a rollout that did not work, or because somebody asks for it."""

import time
from collections.abc import Mapping
from typing import Any, Optional

from canary_pods import remove_abandoned
from kubernetes_api import Missing, Refused, Rejected, Silent, clock, patiently, refuse
from kubernetes_values import shortened
from rollout_call import Back, Call, Ran
from rollout_change import apply, note
from rollout_reason import Reason
from rollout_records import CHANGE_CAUSE, ENDED, FAILED_IMAGE, FAILED_WHY, IMAGE, PREVIOUS_SET, STATE, replaced
from rollout_wait import Ended, finish, wait
from rollout_way_back import WayBack, kept_notes
from workload_state import Look, Revision, Seen, revision_named


def undo(call: Call, reason: Reason, back: Optional[WayBack]) -> None:
    """Goes back to what ran before, unless somebody else has changed it since."""
    call.fail(reason)
    call.result["outcome"] = "failed"
    call.say(f"failed: {in_short(reason)}")
    if reason["code"] in ("overtaken", "paused", "deleted"):
        call.result["back"] = outcome_of(call, "left", None)
    elif back is None:
        call.result["back"] = outcome_of(call, "left", None, "nothing was changed by this call")
    elif back.to is None:
        call.result["back"] = outcome_of(call, "nothing", None, back.nothing)
        note(call, call.workload.read(), {STATE: "failed", ENDED: clock(call.api.now)})
    else:
        failed = {
            FAILED_IMAGE: call.spec["image"],
            FAILED_WHY: shortened(in_short(reason), 200),
        }
        call.result["back"] = go_back(call, back.to, failed)
    call.result["after"] = last_seen(call)


def go_back(call: Call, back: Revision, more: dict[str, str]) -> Back:
    try:
        found = patiently(call.workload.read, time.monotonic() + call.spec["timeout"], call.say)
        if found.image(call.index) != call.spec["image"]:
            return outcome_of(call, "left", back, "something else runs by now")
        changed = restore(call, back, found.template, more)
        since = call.api.now
        call.say(f"going back to revision {back.number}, {back.image(call.index)}")
        wait(call, changed.template, since, is_back=True)
    except Ended as error:
        return {**outcome_of(call, "failed", back), "reason": error.reason}
    except (Refused, Missing, Silent, Rejected) as error:
        reason: Reason = error.reason if isinstance(error, Refused) else {"code": "lost", "detail": str(error)}
        return {**outcome_of(call, "failed", back), "reason": reason}
    return outcome_of(call, "done", back)


def restore(call: Call, back: Revision, template: Mapping[str, Any], more: dict[str, str]) -> Seen:
    """Lets pods be made as before, and takes the notes of then with it."""
    then = kept_notes(back.notes)
    notes = {
        **replaced({IMAGE: back.image(call.index), **then, STATE: "ready", **more}),
        CHANGE_CAUSE: then.get(CHANGE_CAUSE),
    }
    workload = call.workload
    return apply(call, lambda seen: workload.change(seen, workload.template_changes(seen, back), notes), template)


def last_seen(call: Call) -> Optional[Ran]:
    try:
        return call.ran(call.workload.read())
    except (Refused, Missing, Silent, Rejected):
        return None


def rollback(call: Call) -> None:
    look = call.prepare()
    if call.workload.has_canary:
        for name in remove_abandoned(call.api, call.workload.name):
            call.say(f"removed {name}, which a call left that was killed")
    target = target_of(call, look)
    is_there = look.current is not None and look.current.name == target.name
    if is_there and not look.progress.waits:
        call.result["outcome"], call.result["after"] = "unchanged", call.ran(look.seen)
        return
    if call.spec["dryRun"]:
        before = look.seen.image(call.index)
        call.plan([f"back to revision {target.number}: {before} -> {target.image(call.index)}"])
        return
    changed = look.seen if is_there else restore(call, target, look.seen.template, {})
    call.say(f"going back to revision {target.number}, {target.image(call.index)}")
    try:
        finish(call, changed, call.api.now, is_back=True)
    except Ended as error:
        undo(call, error.reason, None)
        call.result["back"] = None
        return
    call.result["outcome"], call.result["after"] = "done", call.ran(call.workload.read())


def target_of(call: Call, look: Look) -> Revision:
    """The revision that was asked for, or the one that was noted as what ran before."""
    by_number = {one.number: one for one in look.revisions}
    call.result["revisions"] = [
        f"{number}: {by_number[number].image(call.index)}" for number in sorted(by_number, reverse=True)
    ]
    wanted = call.spec["revision"]
    if wanted is not None:
        if wanted not in by_number:
            refuse("no-revision", str(wanted), call.result["revisions"])
        return by_number[wanted]
    name = look.seen.notes.get(PREVIOUS_SET, "")
    found = revision_named(name, look.revisions)
    if found is None:
        refuse("nothing-noted", name, call.result["revisions"])
    return found


def outcome_of(call: Call, outcome: str, back: Optional[Revision], why: str = "") -> Back:
    image, revision = ("", 0) if back is None else (back.image(call.index), back.number)
    return {"outcome": outcome, "image": image, "revision": revision, "why": why, "reason": None}


def in_short(reason: Reason) -> str:
    code = f", exit code {reason['exitCode']}" if "exitCode" in reason else ""
    detail = reason.get("detail", "")
    return f"{reason['code']}{code}{': ' if detail else ''}{detail}"
