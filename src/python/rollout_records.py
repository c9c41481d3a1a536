"""What a deploy notes of what runs, as annotations that each revision keeps for itself."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Optional

PREFIX = "ml-pipeline/"
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
# What ran before.
PREVIOUS_SET = f"{PREFIX}previous-replicaset"
PREVIOUS_IMAGE = f"{PREFIX}previous-image"
# What was tried since and did not work.
FAILED_IMAGE = f"{PREFIX}failed-image"
FAILED_WHY = f"{PREFIX}failed-because"

FAILED = (FAILED_IMAGE, FAILED_WHY)

NAMED = (
    *(IMAGE, VERDICT, REPORT, *HASHES, *CHANGE, DEPLOYMENT, STARTED, ENDED, STATE),
    *(PREVIOUS_SET, PREVIOUS_IMAGE, *FAILED),
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
    return int(found) if isinstance(found, (int, float)) else None
