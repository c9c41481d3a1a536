"""One call of `deploy_kubernetes.py`: what it was asked for, what it has seen, and what comes out of it."""

import sys
import time
from typing import Literal, Optional, TypedDict

from argo_workload import RolloutWorkload
from canary import CanaryResult
from canary_pods import RIGHTS as CANARY_RIGHTS
from deployment_workload import DeploymentWorkload
from hidden import Hidden, Masked
from kserve_workload import InferenceServiceWorkload
from kubernetes_api import Access, Api, clock
from kubernetes_failure import Missing, Refused, Silent, patiently, refuse
from rollout_drift import Drift
from rollout_reason import Limits, Reason
from rollout_records import CHANGE_CAUSE, IMAGE, NAMED, STARTED
from running_service import Checked, Checks, rights_for
from workload import Workload
from workload_state import Look, Seen, container_index

# In seconds, between two looks.
PAUSE = 1.0
# How often a silent server is asked before anything was changed.
FIRST_ATTEMPTS = 3

Kind = Literal["deployment", "rollout", "inference-service"]
KINDS: dict[Kind, type[Workload]] = {
    "deployment": DeploymentWorkload,
    "rollout": RolloutWorkload,
    "inference-service": InferenceServiceWorkload,
}


class Target(TypedDict):
    """What is deployed to."""

    kind: Kind
    name: str


class Specification(TypedDict):
    action: Literal["deploy", "rollback", "status"]
    access: Access
    result: str
    target: Target
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
    """What it runs, or ran."""

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
    # Whether what it went back to was asked for its health.
    asked: bool
    reason: Optional[Reason]


class Result(TypedDict):
    # `refused` before anything was changed; `planned` by a dry run; `unchanged`, `done`, `failed`; `seen` of a status;
    # `held` of a candidate that was tried beside production and goes no further; `waiting` of one that a person lets go
    # on, by what the cluster itself has.
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
    # The image that it would go back to, by a dry run of that.
    planned: str
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
            "planned": "",
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
        sys.stdout, sys.stderr = (Masked(stream, self.hidden) for stream in (sys.stdout, sys.stderr))
        self.api = Api(self.spec["access"], self.hidden.add)
        target = self.spec["target"]
        self.workload = KINDS[target["kind"]](self.api, target["name"])
        self.objects = self.workload.objects
        self.result["server"], self.result["context"] = self.api.server, self.api.context
        self.result["namespace"] = self.api.namespace

    def say(self, text: str) -> None:
        """Prints what is new."""
        if text != self.said:
            print(f"{time.monotonic() - self.began:6.1f} s  {text}", flush=True)
            self.said = text

    def first(self) -> Seen:
        """What is deployed to, before anything is changed."""
        for attempt in range(1, FIRST_ATTEMPTS + 1):
            try:
                self.workload.probe()
                return self.workload.read()
            except Missing:
                refuse("no-workload", self.workload.name, self.workload.others())
            except Silent:
                if attempt == FIRST_ATTEMPTS:
                    raise
                time.sleep(PAUSE)
        raise AssertionError

    def read(self) -> Seen:
        """What is deployed to, in the middle of something: a bad answer is asked again."""
        return patiently(self.workload.read, time.monotonic() + self.spec["timeout"], self.say)

    def prepare(self) -> Look:
        """What is deployed to, which may be changed."""
        seen = self.first()
        self.index, problem = container_index(seen.containers, self.spec["container"])
        if problem is not None:
            raise Refused(problem)
        own = self.workload.rights(seen)
        rights = [*own, *rights_for(self.spec["checks"]), *(CANARY_RIGHTS if self.spec["canary"] else [])]
        lacking = self.objects.missing_rights(rights)
        if lacking:
            refuse("no-rights", names=lacking)
        if seen.is_paused:
            refuse("paused-before")
        # What is asked while waiting is asked once before anything is changed, so that it is known to be allowed.
        look = self.workload.look()
        problem = self.workload.refusal(look)
        if problem is not None:
            raise Refused(problem)
        self.result["before"] = self.ran(look.seen)
        return look

    def ran(self, seen: Seen) -> Ran:
        noted, image = seen.notes, seen.image(self.index)
        is_noted = noted.get(IMAGE) == image
        since = noted.get(STARTED, "") if is_noted else ""
        return {
            "image": image,
            "revision": seen.revision,
            "generation": seen.generation,
            "ready": seen.ready,
            "wanted": seen.wanted,
            "since": since or (clock(seen.since) if seen.since else ""),
            "records": {key: value for key, value in noted.items() if key in NAMED},
            "cause": noted.get(CHANGE_CAUSE, ""),
        }

    def plan(self, changes: list[str]) -> None:
        self.result["outcome"], self.result["changes"] = "planned", changes

    def leave(self, seen: Seen, waits: str) -> None:
        """A person lets it go on: what was changed stays, and is under way."""
        self.result["outcome"], self.result["waits"] = "waiting", waits
        self.result["after"] = self.ran(seen)
