"""Goes back to what ran before: after a rollout that did not work, or because somebody asks for it."""

from typing import Optional

from canary_pods import remove_abandoned
from kubernetes_api import clock
from kubernetes_failure import Missing, Refused, Rejected, Silent, refuse, words_for
from rollout_call import Back, Call, Ran
from rollout_change import apply
from rollout_end import OF_OTHERS, conclude_back, note_unfit, noted
from rollout_reason import Reason, in_short
from rollout_records import (
    CHANGE_CAUSE,
    DEPLOYMENT,
    FAILED_IMAGE,
    FAILED_WHY,
    GOING_BACK,
    IMAGE,
    PREVIOUS_SET,
    STATE,
    STATE_AFTER,
    WENT_BACK_AT,
    WENT_BACK_FROM,
    replaced,
    state_before,
)
from rollout_wait import Ended, asked, wait
from rollout_way_back import WayBack, is_going_back, kept_notes
from running_service import Checked
from workload_state import Look, Revision, Seen, revision_named


def undo(call: Call, reason: Reason, back: Optional[WayBack]) -> None:
    """Goes back to what ran before, unless somebody else has changed it since."""
    call.fail(reason)
    call.result["outcome"] = "failed"
    call.say(f"failed: {in_short(reason)}")
    if reason["code"] in OF_OTHERS:
        call.result["back"] = outcome_of(call, "left", None)
    elif back is None:
        call.result["back"] = outcome_of(call, "left", None, "nothing was changed by this call")
        note_unfit(call, reason, call.spec["image"])
    elif back.to is None:
        call.result["back"] = outcome_of(call, "nothing", None, back.nothing)
        note_unfit(call, reason, call.spec["image"])
    else:
        call.result["back"] = go_back(
            call, back.to, {FAILED_IMAGE: call.spec["image"], FAILED_WHY: noted(call, reason)}
        )
    call.result["after"] = last_seen(call)


def go_back(call: Call, back: Revision, more: dict[str, str]) -> Back:
    try:
        found = call.read()
        if found.image(call.index) != call.spec["image"]:
            return outcome_of(call, "left", back, "something else runs by now")
        changed = restore(call, back, found, more)
        call.say(f"going back to revision {back.number}, {back.image(call.index)}")
        checks = arrive(call, changed)
    except Ended as error:
        note_unfit(call, error.reason, back.image(call.index), is_back=True)
        return {**outcome_of(call, "failed", back), "reason": error.reason}
    except (Refused, Missing, Silent, Rejected) as error:
        reason: Reason = error.reason if isinstance(error, Refused) else {"code": "lost", "detail": str(error)}
        return {**outcome_of(call, "failed", back), "reason": reason}
    except Exception as error:
        return {**outcome_of(call, "failed", back), "reason": unexpected(error)}
    return {**outcome_of(call, "done", back), "asked": any(one["asked"] for one in checks)}


def restore(call: Call, back: Revision, seen: Seen, more: dict[str, str]) -> Seen:
    """Lets pods be made as before, and takes the notes of then with it."""
    then = kept_notes(back.notes, back.image(call.index))
    notes = {
        **replaced(
            {
                **{IMAGE: back.image(call.index), **then, STATE: GOING_BACK},
                STATE_AFTER: state_before(back.notes) if STATE in then else "",
                **{WENT_BACK_FROM: seen.image(call.index), WENT_BACK_AT: clock(call.api.now), **more},
            }
        ),
        CHANGE_CAUSE: then.get(CHANGE_CAUSE),
    }
    workload = call.workload
    return apply(
        call, lambda found: workload.change(found, workload.template_changes(found, back), notes), seen.template
    )


def arrive(call: Call, changed: Seen) -> list[Checked]:
    """Waits until what ran before serves again, asks for its health, and notes that; raises Ended.

    Its answers are recorded nowhere: it is not judged by what it was not deployed for.
    """
    look = wait(call, changed.template, call.api.now, is_back=True)
    checks, reason = asked(call, look, [name for name in call.spec["checks"]["names"] if name == "health"])
    if reason is not None:
        raise Ended(reason)
    conclude_back(call, look.seen)
    return checks


def unexpected(error: Exception) -> Reason:
    """Nobody has thought of it: it says nothing of what runs, and is a reason to go back like any other."""
    return {"code": "unexpected", "detail": words_for(error)}


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
    is_resumed = is_going_back(look.seen) and call.spec["revision"] is None
    if is_resumed:
        # What is noted of before is of what it goes back to: to follow that would go back two steps.
        image, is_there = look.seen.image(call.index), True
        to = f"revision {look.seen.revision}, {image}"
    else:
        target = target_of(call, look)
        image = target.image(call.index)
        to = f"revision {target.number}, {image}"
        is_there = look.current is not None and look.current.name == target.name
        if is_there and not look.progress.waits and not is_going_back(look.seen):
            call.result["outcome"], call.result["after"] = "unchanged", call.ran(look.seen)
            return
    if call.spec["dryRun"]:
        before = "" if is_resumed else f": {look.seen.image(call.index)} -> {image}"
        call.result["planned"] = image
        call.plan([f"go on with the way back to {to}" if is_resumed else f"back to revision {target.number}{before}"])
        return
    changed = look.seen if is_there else restore(call, target, look.seen, {})
    call.changed = True
    call.say(f"{'going on with the way' if is_there else 'going'} back to {to}")
    try:
        call.result["checks"] = arrive(call, changed)
    except Ended as error:
        call.fail(error.reason)
        call.say(f"failed: {in_short(error.reason)}")
        note_unfit(call, error.reason, changed.image(call.index))
        call.result["after"] = last_seen(call)
        return
    call.result["outcome"], call.result["after"] = "done", call.ran(call.read())


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
    noted_there = look.seen.notes
    name = noted_there.get(PREVIOUS_SET, "")
    found = revision_named(name, look.revisions)
    if found is None and not name and WENT_BACK_FROM in noted_there:
        went = f"from {noted_there[WENT_BACK_FROM]} at {noted_there.get(WENT_BACK_AT, '')}"
        refuse("gone-back", went, call.result["revisions"])
    if found is None and not name and DEPLOYMENT in noted_there:
        refuse("nothing-before", names=call.result["revisions"])
    if found is None:
        refuse("nothing-noted", name, call.result["revisions"])
    return found


def outcome_of(call: Call, outcome: str, back: Optional[Revision], why: str = "") -> Back:
    image, revision = ("", 0) if back is None else (back.image(call.index), back.number)
    return {"outcome": outcome, "image": image, "revision": revision, "why": why, "asked": False, "reason": None}
