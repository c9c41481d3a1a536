"""How what is deployed to stands, in words that fit every kind of it.

Nothing here asks the API server, so that tests can make objects up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from kubernetes_values import Object, is_ready, moment, name_of
from rollout_reason import Reason

Operations = list[dict[str, Any]]
Notes = Mapping[str, Optional[str]]


@dataclass(frozen=True)
class Seen:
    """The object as it was at one moment."""

    found: Object
    # What pods are made from, in which two are equal that make the same ones.
    template: Mapping[str, Any]
    containers: Sequence[Object]
    # What was noted of what it runs.
    notes: Mapping[str, str]
    # 0 where there is none yet.
    revision: int
    ready: int
    wanted: int
    # Since when, as far as the controller has noted it; 0 if it has not.
    since: float
    is_paused: bool

    @property
    def generation(self) -> int:
        return int(self.found["metadata"].get("generation", 0))

    def image(self, index: int) -> str:
        return image_at(self.containers, index)


@dataclass(frozen=True)
class Revision:
    """What it runs, or ran, and can go back to."""

    name: str
    number: int
    template: Mapping[str, Any]
    containers: Sequence[Object]
    notes: Mapping[str, str]
    # Whether it answers now, or did before what was deployed after it.
    serves: bool

    def image(self, index: int) -> str:
        return image_at(self.containers, index)


@dataclass(frozen=True)
class Complaint:
    """What a controller says is wrong."""

    reason: Reason
    # When it said so last, in seconds since 1970; None of what it says now, whenever it began.
    said: Optional[float]
    # Whether it may be otherwise in a moment.
    may_pass: bool


@dataclass(frozen=True)
class Progress:
    """How far a controller has come with what it was told."""

    # What it waits for; empty when it has ended.
    waits: str = ""
    # Whether that is a person, so that waiting does not help.
    is_held: bool = False
    complaints: Sequence[Complaint] = ()


@dataclass(frozen=True)
class Look:
    """All that a rollout is judged by."""

    seen: Seen
    # The one that is made from the template; None before the controller has made it.
    current: Optional[Revision]
    revisions: Sequence[Revision]
    # Those of the current revision.
    pods: Sequence[Object]
    events: Sequence[Object]
    progress: Progress
    now: float


def unchanged_since(seen: Seen) -> dict[str, Any]:
    """The first operation of a change: it holds unless something else was changed since."""
    return {"op": "test", "path": "/metadata/generation", "value": seen.generation}


def image_at(containers: Sequence[Object], index: int) -> str:
    return str(containers[index].get("image", "")) if index < len(containers) else ""


def container_index(containers: Sequence[Object], wanted: Optional[str]) -> tuple[int, Optional[Reason]]:
    """The place of the container whose image is set, or why none can be."""
    names = [str(one["name"]) for one in containers]
    if wanted is None:
        return (0, None) if len(names) == 1 else (0, {"code": "several-containers", "names": names})
    if wanted not in names:
        return 0, {"code": "no-container", "container": wanted, "names": names}
    return names.index(wanted), None


def revision_named(name: str, revisions: Sequence[Revision]) -> Optional[Revision]:
    return next((one for one in revisions if one.name == name), None)


def ready_pods(look: Look) -> list[str]:
    """The pods of the current revision that serve."""
    return [name_of(one) for one in look.pods if is_ready(one) and not one["metadata"].get("deletionTimestamp")]


def last_manager(found: Object) -> str:
    """Which program changed what pods are made of last, and when.

    Who sets a field has it alone, and who has noted something since has none of them. Servers sort the changes of one
    second by name.
    """
    fields = [
        one
        for one in found["metadata"].get("managedFields") or []
        if not one.get("subresource") and "f:spec" in one.get("fieldsV1", {"f:spec": {}})
    ]
    last = max(reversed(fields), key=lambda one: moment(one.get("time")), default=None)
    return "" if last is None else f"{last.get('manager', '')} at {last.get('time', '')}"
