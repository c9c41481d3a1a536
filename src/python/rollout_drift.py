"""Tells what runs from what was deployed."""

from collections.abc import Iterable
from typing import TypedDict

from kubernetes_values import Object, name_of
from rollout_records import IMAGE
from workload_state import Seen


class Drift(TypedDict):
    """What runs otherwise than it was recorded."""

    kind: str
    recorded: str
    found: str
    pod: str


def drift_of(seen: Seen, pods: Iterable[Object], index: int) -> list[Drift]:
    """What was changed behind the back of the deploys: the image that is to run, or what the pods run."""
    recorded, wanted = seen.notes.get(IMAGE, ""), seen.image(index)
    if not recorded:
        return []
    if digest_of(wanted) != digest_of(recorded) or repository_of(wanted) != repository_of(recorded):
        return [{"kind": "template", "recorded": recorded, "found": wanted, "pod": ""}]
    container = str(seen.containers[index]["name"])
    return [
        {"kind": "pod", "recorded": recorded, "found": running, "pod": name_of(pod)}
        for pod in pods
        for running in running_images(pod, container)
        if repository_of(running) == repository_of(recorded) and digest_of(running) not in ("", digest_of(recorded))
    ]


def running_images(pod: Object, container: str) -> list[str]:
    """What a node says it runs, unless it names an image by its configuration, which a registry does not know."""
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    found = [str(one.get("imageID", "")) for one in statuses if one.get("name") == container]
    return [one.split("://", 1)[-1] for one in found if "@" in one]


def digest_of(image: str) -> str:
    return image.partition("@")[2]


def repository_of(image: str) -> str:
    """The name of an image without its tag, as nodes write it."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    first = name.split("/", 1)[0]
    bare = f"{folder}{slash}{last.partition(':')[0]}"
    if slash and (any(letter in first for letter in ".:") or first == "localhost"):
        return bare
    return f"docker.io/{bare}" if slash else f"docker.io/library/{bare}"
