"""What a rollout that fails goes back to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

from rollout_records import CHANGE_CAUSE, GOING_BACK, IMAGE, NAMED, PASSING, PREVIOUS_SET, ROLLING_OUT, STATE
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
    # What a way back that was interrupted has chosen served before.
    is_known = seen.wanted == 0 or is_going_back(seen)
    if current is not None and not is_resumed and (is_known or current.serves):
        return WayBack(current)
    others = [one for one in look.revisions if one is not current and one.serves]
    if others:
        return WayBack(max(others, key=lambda one: one.number))
    why = "it has no revision yet" if current is None else f"no pod of revision {current.number} was ever ready"
    return WayBack(None, why)


def is_under_way(seen: Seen) -> bool:
    """Whether a deploy of ours began and has not noted how it ended."""
    return seen.notes.get(STATE) == ROLLING_OUT


def is_going_back(seen: Seen) -> bool:
    """Whether a way back to what it is to run began, and has not noted how it ended."""
    images = [str(one.get("image", "")) for one in seen.containers]
    return seen.notes.get(STATE) == GOING_BACK and seen.notes.get(IMAGE) in images


def kept_notes(notes: Mapping[str, str], image: str) -> dict[str, str]:
    """What was noted of a revision with an image itself: not what was tried after it, nor of what it was made after."""
    if notes.get(IMAGE, image) != image:
        # The controller gives a new revision what was noted of the one before it, whoever made it.
        return {}
    return {key: value for key, value in notes.items() if key == CHANGE_CAUSE or (key in NAMED and key not in PASSING)}
