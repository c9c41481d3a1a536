"""Changes of what others may change as well, through a server that may not answer."""

from collections.abc import Callable, Mapping
from typing import Any, Optional

from kubernetes_failure import Refused, Rejected, Silent
from rollout_call import Call
from rollout_judge import taken_over
from workload_state import Seen

# How often a change is tried anew, when something else was changed in between.
ATTEMPTS = 5


def apply(call: Call, change: Callable[[Seen], Seen], template: Mapping[str, Any]) -> Seen:
    """Changes what runs while its pods are still made from `template`. A lost answer is looked for."""
    for _ in range(ATTEMPTS):
        # Before anything was changed it is told at once what is wrong.
        found = call.read() if call.changed else call.workload.read()
        reason = taken_over(found, template)
        if reason is not None:
            raise Refused(reason)
        try:
            changed: Optional[Seen] = change(found)
        except Rejected:
            # Something else was changed since it was read, or the server does not take the change at all.
            if call.read().generation == found.generation:
                raise
            continue
        except Silent:
            changed = lost_answer(call, found.generation)
        if changed is not None:
            call.changed = True
            return changed
    raise Refused({"code": "conflict"})


def lost_answer(call: Call, generation: int) -> Optional[Seen]:
    """What is deployed to, if the change arrived whose answer was lost."""
    before, call.changed = call.changed, True
    found = call.read()
    if found.generation != generation:
        return found
    call.changed = before
    return None


def note(call: Call, seen: Seen, notes: Mapping[str, Optional[str]]) -> Seen:
    """Notes something. What cannot be noted changes nothing of what runs."""
    try:
        return call.workload.note(seen, notes, [])
    except (Silent, Rejected) as error:
        call.say(f"what came out cannot be noted: {error}")
        return seen
