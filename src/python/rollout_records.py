"""What a deploy notes of what runs, as annotations that each revision keeps for itself."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Optional

PREFIX = "ml-pipeline/"
# The end of the year 9999, in seconds since 1970.
LAST = 253_402_300_800
# What Kubernetes itself shows in a history.
CHANGE_CAUSE = "kubernetes.io/change-cause"
# What was deployed, and who said that it may be.
IMAGE = f"{PREFIX}image"
VERDICT = f"{PREFIX}verdict"
REPORT = f"{PREFIX}report"
HASHES = tuple(f"{PREFIX}{name}" for name in ("source", "data", "model"))
# What kind of change it is, whether a person is to decide about it, and with which model it was compared.
CHANGE = tuple(f"{PREFIX}{name}" for name in ("change", "approval", "compared-with"))
# Which deploy it was, when it began and ended, and how.
DEPLOYMENT = f"{PREFIX}deployment"
STARTED = f"{PREFIX}started"
ENDED = f"{PREFIX}ended"
STATE = f"{PREFIX}state"
ROLLING_OUT, READY, UNFIT, GOING_BACK = "rolling-out", "ready", "failed", "going-back"
# What the deploy that began it could ask of it: nothing less makes it ready.
CHECKS = f"{PREFIX}checks"
# How what it goes back to stood before: so it stands again once it is there, and was asked.
STATE_AFTER = f"{PREFIX}state-after"
# What ran before.
PREVIOUS_SET = f"{PREFIX}previous-replicaset"
PREVIOUS_IMAGE = f"{PREFIX}previous-image"
# What was tried since and did not work.
FAILED_IMAGE = f"{PREFIX}failed-image"
FAILED_WHY = f"{PREFIX}failed-because"

# From what it went back to what runs, and when.
WENT_BACK_FROM = f"{PREFIX}went-back-from"
WENT_BACK_AT = f"{PREFIX}went-back-at"

FAILED = (FAILED_IMAGE, FAILED_WHY)
# What is about one way back, or what was tried before it, and not about a revision.
PASSING = (*FAILED, STATE_AFTER, WENT_BACK_FROM, WENT_BACK_AT)

NAMED = (
    *(IMAGE, VERDICT, REPORT, *HASHES, *CHANGE, DEPLOYMENT, STARTED, ENDED, STATE, CHECKS),
    *(PREVIOUS_SET, PREVIOUS_IMAGE, *PASSING),
)


def annotation_changes(before: Mapping[str, str], after: Mapping[str, Optional[str]]) -> list[dict[str, Any]]:
    """The JSON patch that sets annotations and removes those that are None; empty where all are as they should be."""
    changes: list[dict[str, Any]] = []
    for key, value in sorted(after.items()):
        path = f"/metadata/annotations/{key.replace('~', '~0').replace('/', '~1')}"
        if value is None and key in before:
            changes.append({"op": "remove", "path": path})
        elif value is not None and before.get(key) != value:
            changes.append({"op": "add", "path": path, "value": value})
    # Nothing can be added below what is not there.
    return (
        [{"op": "add", "path": "/metadata/annotations", "value": {}}, *changes] if changes and not before else changes
    )


def state_before(notes: Mapping[str, str]) -> str:
    """How a revision stood before a way back to it began; empty where nothing was noted of it."""
    state = notes.get(STATE, "")
    return notes.get(STATE_AFTER, "") if state == GOING_BACK else state


def replaced(given: Mapping[str, str]) -> dict[str, Optional[str]]:
    """All of a deploy's annotations: those that are not given go, since they were about something else."""
    return {**dict.fromkeys(NAMED), **given}


def expiry_of(token: str) -> Optional[int]:
    """When a token expires, in seconds since 1970; None where it does not say."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    found = payload.get("exp") if isinstance(payload, dict) else None
    # Beyond the last year that a date can have it says nothing.
    return int(found) if isinstance(found, (int, float)) and 0 <= found < LAST else None
