"""The two Deployments of a canary: the candidate, and a fresh copy of what runs.

They are made from the template of production, of the same size and at the same moment, and go when it has ended.
"""

import copy
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Optional

from deployment_workload import DeploymentWorkload
from kubernetes_api import Api, clock
from kubernetes_failure import Missing, Refused, Rejected, Silent, patiently, refuse
from kubernetes_values import annotations_of, moment
from rollout_judge import at_the_end, judge
from rollout_reason import Limits, Reason
from rollout_records import DEPLOYMENT, IMAGE, PREFIX, STARTED
from workload_state import Look, Seen, ready_pods

CANDIDATE, FRESH = "canary", "fresh"
BOTH = (CANDIDATE, FRESH)
# Which of the two a pod is, and of which Deployment.
TRACK, OF = f"{PREFIX}track", f"{PREFIX}of"
# When the call that made it was seen last: one that was killed is not seen again.
SEEN = f"{PREFIX}seen"
# In seconds.
BEAT, ABANDONED, PAUSE, GOING = 15.0, 90.0, 0.5, 60.0

RIGHTS = [
    *[("create", "apps", "deployments"), ("delete", "apps", "deployments")],
    *[("create", "", "pods/proxy"), ("get", "", "pods/proxy")],
]


class NotServing(Exception):
    """Pods of a canary that will not serve, with the pod that says why."""

    def __init__(self, reason: Reason, track: str) -> None:
        super().__init__(reason["code"])
        self.reason, self.track = reason, track


def manifest(seen: Seen, track: str, index: int, image: str, traffic: bool, notes: dict[str, str]) -> Any:
    """A Deployment beside another, whose pods take part in its Service or do not."""
    metadata, selected = seen.found["metadata"], seen.found["spec"].get("selector", {}).get("matchLabels", {})
    own = {TRACK: track, OF: metadata["name"]}
    template: dict[str, Any] = copy.deepcopy({**seen.template})
    labels = {key: value for key, value in template["metadata"]["labels"].items() if traffic or key not in selected}
    template["metadata"]["labels"] = {**labels, **own}
    template["spec"]["containers"][index]["image"] = image
    owner = {
        **{"apiVersion": "apps/v1", "kind": "Deployment", "name": metadata["name"], "uid": metadata["uid"]},
        "blockOwnerDeletion": False,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            **{"name": name_for(metadata["name"], track), "labels": own, "annotations": {**notes, IMAGE: image}},
            "ownerReferences": [owner],
        },
        "spec": {"replicas": 0, "selector": {"matchLabels": own}, "template": template},
    }


def name_for(deployment: str, track: str) -> str:
    return f"{deployment[:240]}-{track}"


class CanaryPods:
    """The pods of one canary."""

    def __init__(self, api: Api, seen: Seen, notes: dict[str, str]) -> None:
        self.api, self.production, self.notes = api, seen, notes
        name = str(seen.found["metadata"]["name"])
        self.both = {track: DeploymentWorkload(api, name_for(name, track)) for track in BOTH}
        self.beaten = 0.0

    def make(self, index: int, images: dict[str, str], traffic: bool, ends: float) -> None:
        """Makes both, without pods. What a call left behind that was killed is removed first."""
        for track, workload in self.both.items():
            body = manifest(self.production, track, index, images[track], traffic, {**self.notes, SEEN: self.seen()})
            try:
                self.api.post(workload.collection, body)
            except Rejected:
                self.clear(workload, ends)
                self.api.post(workload.collection, body)
        self.beaten = time.monotonic()

    def seen(self) -> str:
        return clock(self.api.now)

    def clear(self, workload: DeploymentWorkload, ends: float) -> None:
        found = left(workload)
        if found is None:
            return
        if not is_abandoned(found, self.api.now):
            noted = annotations_of(found)
            refuse("canary-busy", f"{noted.get(IMAGE, '')}, since {noted.get(STARTED, '')}")
        remove(workload)
        while left(workload) is not None and time.monotonic() < ends:
            time.sleep(PAUSE)

    def beat(self) -> None:
        """Says that this call lives."""
        if time.monotonic() - self.beaten < BEAT:
            return
        self.beaten = time.monotonic()
        path = f"/metadata/annotations/{SEEN.replace('/', '~1')}"
        for workload in self.both.values():
            try:
                self.api.patch(workload.path, [{"op": "add", "path": path, "value": self.seen()}])
            except (Silent, Rejected):
                continue

    def scale(self, pods: int, limits: Limits, ends: float, say: Callable[[str], None]) -> dict[str, list[str]]:
        """Lets both have so many pods, waits for them, and gives those that serve of each; raises NotServing."""
        since = self.api.now
        change = [{"op": "replace", "path": "/spec/replicas", "value": pods}]
        for workload in self.both.values():
            patiently(partial(self.api.patch, workload.path, change), ends, say)
        return {track: self.ready(track, since, limits, ends, say) for track in BOTH}

    def ready(self, track: str, since: float, limits: Limits, ends: float, say: Callable[[str], None]) -> list[str]:
        workload = self.both[track]
        while True:
            self.beat()
            try:
                look = patiently(workload.look, ends, say)
            except Missing:
                raise NotServing({"code": "canary-gone", "detail": workload.name}, track) from None
            found = self.judged(look, track, since, limits, time.monotonic() > ends)
            if found:
                return found
            say(f"{workload.name}: waiting for {judge(look, since, limits)['waits'] or 'a pod'}")
            time.sleep(PAUSE)

    def was_away(self, ends: float, say: Callable[[str], None]) -> bool:
        """Whether the API server does not answer, in which case it has come back afterwards; raises Silent."""
        fresh = self.both[FRESH]
        try:
            fresh.read()
        except Silent:
            patiently(fresh.read, ends, say)
            return True
        except Missing:
            raise NotServing({"code": "canary-gone", "detail": fresh.name}, FRESH) from None
        return False

    def judged(self, look: Look, track: str, since: float, limits: Limits, is_late: bool) -> list[str]:
        """The pods, once all of them serve; empty before."""
        judged = judge(look, since, limits)
        serving = ready_pods(look)
        if judged["done"] and serving:
            return serving
        reason = judged["reason"] or (at_the_end(look, since) if is_late else None)
        if reason is None:
            return []
        name, container = reason.get("pod"), reason.get("container") or ""
        log = self.both[track].objects.log(name, container, reason["code"] == "crash") if name and container else ""
        raise NotServing({**reason, "log": log} if log else reason, track)

    def end(self, say: Callable[[str], None]) -> None:
        """Removes what this call made, whatever came out. What cannot be is said: its pods may still answer users."""
        ends = time.monotonic() + GOING
        for workload in self.both.values():
            while True:
                try:
                    self.remove_own(workload)
                    break
                except (Refused, Silent, Rejected) as error:
                    if isinstance(error, Refused) or time.monotonic() > ends:
                        say(f"{workload.name} is left, and the next deploy removes it: {error}")
                        break
                time.sleep(PAUSE)

    def remove_own(self, workload: DeploymentWorkload) -> None:
        """Another call's canary stays."""
        found = left(workload)
        if found is not None and annotations_of(found).get(DEPLOYMENT) == self.notes[DEPLOYMENT]:
            remove(workload)


def left(workload: DeploymentWorkload) -> Optional[Any]:
    """A Deployment of a canary, if there is one; refuses what has its name and is none."""
    try:
        found = workload.get()
    except Missing:
        return None
    if OF not in (found["metadata"].get("labels") or {}):
        refuse("canary-name", workload.name)
    return found


def is_abandoned(found: Any, now: float) -> bool:
    return now - moment(annotations_of(found).get(SEEN)) > ABANDONED


def remove(workload: DeploymentWorkload) -> None:
    try:
        workload.api.answer("DELETE", workload.path, {"propagationPolicy": "Background"})
    except Missing:
        return


def abandoned(api: Api, deployment: str) -> list[DeploymentWorkload]:
    """What a killed call left behind."""
    found = []
    for track in BOTH:
        workload = DeploymentWorkload(api, name_for(deployment, track))
        try:
            one = left(workload)
        except (Refused, Silent):
            continue
        if one is not None and is_abandoned(one, api.now):
            found.append(workload)
    return found


def remove_abandoned(api: Api, deployment: str) -> list[str]:
    """Removes what a killed call left behind, and gives its names."""
    gone = abandoned(api, deployment)
    for workload in gone:
        remove(workload)
    return [workload.name for workload in gone]


def notes_of(call: str, started: str) -> dict[str, str]:
    return {DEPLOYMENT: call, STARTED: started}
