"""One call of `deploy_kubernetes.py`: what it was asked for, what it has seen, and what comes out of it."""

import sys
import time
from typing import Any, Literal, Optional, TypedDict

from canary import CanaryResult
from canary_pods import RIGHTS as CANARY_RIGHTS
from hidden import Hidden, Masked
from kubernetes_api import Access, Api, Missing, Refused, Silent, clock, refuse
from kubernetes_objects import Objects
from rollout_records import IMAGE, NAMED, STARTED, annotations_of
from rollout_state import (
    CHANGE_CAUSE,
    Drift,
    Limits,
    Reason,
    container_index,
    image_at,
    revision_of,
    running_since,
)
from running_service import Checked, Checks, rights_for

# In seconds, between two looks.
PAUSE = 1.0
# How often a silent server is asked before anything was changed.
FIRST_ATTEMPTS = 3

RIGHTS = [
    *[("get", "apps", "deployments"), ("patch", "apps", "deployments"), ("list", "apps", "replicasets")],
    ("list", "", "pods"),
]


class Specification(TypedDict):
    action: Literal["deploy", "rollback", "status"]
    access: Access
    result: str
    deployment: str
    container: Optional[str]
    # In seconds, for a rollout with its checks, and again for the way back.
    timeout: float
    limits: Limits
    checks: Checks
    dryRun: bool
    # A name that no other deploy has.
    id: str
    # By digest; empty unless something is deployed.
    image: str
    cause: str
    # Annotations without the prefix's own of a deploy: verdict, report, hashes.
    records: dict[str, str]
    # The revision to go back to; None for the one that ran before.
    revision: Optional[int]
    # The file of a `CanaryFile`; None to roll out at once.
    canary: Optional[str]


class Ran(TypedDict):
    """What a Deployment runs, or ran."""

    image: str
    revision: int
    generation: int
    ready: int
    wanted: int
    # By what was noted; empty where nothing was.
    since: str
    records: dict[str, str]
    cause: str


class Back(TypedDict):
    """How going back went."""

    # `done`, `nothing` where there was nothing to go back to, `failed`, or `left` where nothing may be undone.
    outcome: str
    image: str
    revision: int
    why: str
    reason: Optional[Reason]


class Result(TypedDict):
    # `refused` before anything was changed; `planned` by a dry run; `unchanged`, `done`, `failed`; `seen` of a status;
    # `held` of a candidate that was tried beside production and goes no further.
    outcome: str
    server: str
    context: str
    namespace: str
    before: Optional[Ran]
    after: Optional[Ran]
    reason: Optional[Reason]
    back: Optional[Back]
    # What would be changed, by a dry run.
    changes: list[str]
    checks: list[Checked]
    canary: Optional[CanaryResult]
    drift: list[Drift]
    # Deployments of a canary whose call was killed, by a status.
    abandoned: list[str]
    # Revisions that there are to go back to, the newest first.
    revisions: list[str]
    # What a rollout is waited for; empty when it has ended.
    waits: str
    seconds: float


class Call:
    """It keeps what it has seen, so that an interruption can be told with it."""

    def __init__(self, spec: Specification) -> None:
        self.spec = spec
        self.began = time.monotonic()
        self.changed = False
        self.index = 0
        self.said = ""
        self.hidden = Hidden(())
        self.result: Result = {
            "outcome": "refused",
            "server": "",
            "context": "",
            "namespace": "",
            "before": None,
            "after": None,
            "reason": None,
            "back": None,
            "changes": [],
            "checks": [],
            "canary": None,
            "drift": [],
            "abandoned": [],
            "revisions": [],
            "waits": "",
            "seconds": 0.0,
        }

    def fail(self, reason: Reason) -> None:
        self.result["outcome"] = "failed" if self.changed else "refused"
        self.result["reason"] = reason

    def open(self) -> None:
        self.api = Api(self.spec["access"])
        self.hidden = Hidden(self.api.secrets)
        sys.stdout, sys.stderr = (Masked(stream, self.hidden) for stream in (sys.stdout, sys.stderr))
        self.objects = Objects(self.api, self.spec["deployment"])
        self.result["server"], self.result["context"] = self.api.server, self.api.context
        self.result["namespace"] = self.api.namespace

    def say(self, text: str) -> None:
        """Prints what is new."""
        if text != self.said:
            print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)
            self.said = text

    def first(self) -> Any:
        """The Deployment, before anything is changed."""
        for attempt in range(1, FIRST_ATTEMPTS + 1):
            try:
                return self.objects.deployment()
            except Missing:
                refuse("no-deployment", self.spec["deployment"], self.objects.others())
            except Silent:
                if attempt == FIRST_ATTEMPTS:
                    raise
                time.sleep(PAUSE)
        raise AssertionError

    def prepare(self) -> tuple[Any, list[Any]]:
        """The Deployment and its revisions, which may be changed."""
        deployment = self.first()
        self.index, problem = container_index(deployment, self.spec["container"])
        if problem is not None:
            raise Refused(problem)
        rights = [*RIGHTS, *rights_for(self.spec["checks"]), *(CANARY_RIGHTS if self.spec["canary"] else [])]
        lacking = self.objects.missing_rights(rights)
        if lacking:
            refuse("no-rights", names=lacking)
        if deployment["spec"].get("paused"):
            refuse("paused-before")
        # What is asked while waiting is asked once before anything is changed, so that it is known to be allowed.
        sets = list(self.objects.look()["sets"])
        self.result["before"] = self.ran(deployment)
        return deployment, sets

    def ran(self, deployment: Any) -> Ran:
        noted, status = annotations_of(deployment), deployment.get("status") or {}
        image = image_at(deployment, self.index)
        is_noted = noted.get(IMAGE) == image
        since = noted.get(STARTED, "") if is_noted else ""
        seconds = running_since(deployment)
        return {
            "image": image,
            "revision": revision_of(deployment),
            "generation": int(deployment["metadata"].get("generation", 0)),
            "ready": int(status.get("readyReplicas") or 0),
            "wanted": int(deployment["spec"].get("replicas", 1)),
            "since": since or (clock(seconds) if seconds else ""),
            "records": {key: value for key, value in noted.items() if key in NAMED},
            "cause": noted.get(CHANGE_CAUSE, ""),
        }

    def plan(self, changes: list[str]) -> None:
        self.result["outcome"], self.result["changes"] = "planned", changes
