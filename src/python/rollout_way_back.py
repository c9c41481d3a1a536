"""What a rollout that fails goes back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from rollout_records import CHANGE_CAUSE, FAILED, NAMED, PREVIOUS_SET, STATE
from workload_state import Look, Revision, Seen, revision_named


@dataclass(frozen=True)
class WayBack:
    """What ran before a change; `nothing` says why there is nothing."""

    to: Optional[Revision]
    nothing: str = ""


def way_back(look: Look, is_resumed: bool = False) -> WayBack:
    """What a failure goes back to: what serves now, or what served before a rollout that has not ended.

    A deploy that goes on where it was interrupted never goes back to what it deploys itself.
    """
    seen, current = look.seen, look.current
    before = revision_named(seen.notes.get(PREVIOUS_SET, ""), look.revisions)
    if before is not None and (is_resumed or (is_under_way(seen) and look.progress.waits)):
        return WayBack(before)
    is_asleep = seen.wanted == 0
    if current is not None and not is_resumed and (is_asleep or current.serves):
        return WayBack(current)
    others = [one for one in look.revisions if one is not current and one.serves]
    if others:
        return WayBack(max(others, key=lambda one: one.number))
    why = "it has no revision yet" if current is None else f"no pod of revision {current.number} was ever ready"
    return WayBack(None, why)


def is_under_way(seen: Seen) -> bool:
    """Whether a deploy of ours began and has not noted how it ended."""
    return seen.notes.get(STATE) == "rolling-out"


def kept_notes(notes: Mapping[str, str]) -> dict[str, str]:
    """What was noted of a revision itself, and not of what was tried after it."""
    return {key: value for key, value in notes.items() if key == CHANGE_CAUSE or (key in NAMED and key not in FAILED)}
