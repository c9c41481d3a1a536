"""Notes how a rollout came out, or the way back, once what serves was asked."""

from kubernetes_api import clock
from kubernetes_failure import Missing, Refused, Rejected, Silent
from kubernetes_values import shortened
from rollout_call import Call
from rollout_judge import taken_over
from rollout_reason import Reason, in_short
from rollout_records import (
    ENDED,
    FAILED,
    FAILED_IMAGE,
    FAILED_WHY,
    GOING_BACK,
    READY,
    STATE,
    STATE_AFTER,
    UNFIT,
    state_before,
)
from rollout_wait import Ended
from workload_state import Notes, Seen

# Others have it in their hands by now: what they run is not judged by what became of this.
OF_OTHERS = ("overtaken", "paused", "deleted")
# How much of a reason is noted.
NOTED = 200


def conclude(call: Call, seen: Seen) -> Seen:
    """Notes that a rollout has ended well; raises Ended where another one has begun since, whose notes stay its own."""
    is_over = seen.notes.get(FAILED_IMAGE) == seen.image(call.index)
    more: Notes = dict.fromkeys(FAILED) if is_over else {}
    return note_still(call, seen, {**more, STATE: READY, STATE_AFTER: None, ENDED: clock(call.api.now)})


def conclude_back(call: Call, seen: Seen) -> Seen:
    """Notes that it is back: it stands as it did before, since no more was asked of it than its health."""
    if seen.notes.get(STATE) != GOING_BACK:
        return seen
    return note_still(call, seen, {STATE: state_before(seen.notes) or None, STATE_AFTER: None})


def note_still(call: Call, seen: Seen, notes: Notes) -> Seen:
    """Notes something of what was seen; raises Ended where something else is to run since."""
    image = seen.image(call.index)
    still = [{**one, "op": "test"} for one in call.workload.image_changes(seen, call.index, image)]
    found = call.read()
    try:
        if found.template == seen.template:
            return call.workload.note(found, notes, still)
        raise Rejected("something else is to run")
    except (Silent, Rejected) as error:
        found = call.read()
        other = taken_over(found, seen.template)
        if other is not None:
            raise Ended(other) from None
        call.say(f"what came out cannot be noted: {error}")
        return found


def note_unfit(call: Call, reason: Reason, image: str, is_back: bool = False) -> None:
    """Notes that what runs has failed, so that it goes nowhere from here. What it went back from stays noted."""
    try:
        seen = call.read()
        if reason["code"] in OF_OTHERS or seen.image(call.index) != image:
            return
        why = {} if is_back else {FAILED_IMAGE: image, FAILED_WHY: noted(call, reason)}
        note_still(call, seen, {STATE: UNFIT, STATE_AFTER: None, ENDED: clock(call.api.now), **why})
    except (Refused, Missing, Silent, Rejected, Ended) as error:
        call.say(f"what came out cannot be noted: {error}")


def noted(call: Call, reason: Reason) -> str:
    """Whoever may read the cluster reads what is noted: a server may have repeated what must not be shown."""
    return shortened(call.hidden.mask(in_short(reason)), NOTED)
