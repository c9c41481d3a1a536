"""Changes of a Deployment that others may change as well, through a server that may not answer."""

import time
from collections.abc import Callable
from typing import Any, Optional

from kubernetes_api import Refused, Rejected, Silent, patiently
from rollout_call import Call
from rollout_records import annotation_changes, annotations_of
from rollout_state import taken_over, template_of

# How often a change is tried anew, when something else was changed in between.
ATTEMPTS = 5


def apply(call: Call, changes_of: Callable[[Any], list[dict[str, Any]]], template: Any) -> Any:
    """Changes the Deployment while its pods are still made from `template`. A lost answer is looked for."""
    for _ in range(ATTEMPTS):
        found = call.objects.deployment()
        if template_of(found) != template or found["spec"].get("paused"):
            reason = taken_over(found, template)
            raise Refused(reason if reason is not None else {"code": "overtaken"})
        test = {"op": "test", "path": "/metadata/generation", "value": found["metadata"]["generation"]}
        try:
            changed = call.api.patch(call.objects.path, [test, *changes_of(found)])
        except Rejected:
            # Something else was changed since it was read, or the server does not take the change at all.
            again = call.objects.deployment()
            if again["metadata"]["generation"] == found["metadata"]["generation"]:
                raise
            continue
        except Silent:
            changed = lost_answer(call, found["metadata"]["generation"])
            if changed is None:
                continue
        call.changed = True
        return changed
    raise Refused({"code": "conflict"})


def lost_answer(call: Call, generation: int) -> Any:
    """The Deployment, if the change arrived whose answer was lost."""
    before, call.changed = call.changed, True
    found = patiently(call.objects.deployment, time.monotonic() + call.spec["timeout"], call.say)
    if found["metadata"]["generation"] != generation:
        return found
    call.changed = before
    return None


def note(call: Call, deployment: Any, notes: dict[str, Optional[str]]) -> Any:
    """Changes annotations alone. Those that cannot be noted change nothing of what runs."""
    changes = annotation_changes(annotations_of(deployment), notes)
    try:
        return call.api.patch(call.objects.path, changes) if changes else deployment
    except (Silent, Rejected) as error:
        call.say(f"what came out cannot be noted: {error}")
        return deployment
