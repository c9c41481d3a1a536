"""Changes what a Deployment of Kubernetes runs, waits for it, and goes back when it does not work; or says what runs.

Called as `deploy_kubernetes.py SPECIFICATION`, with the JSON of a `Specification`. The file `result` gets the JSON of a
`Result`. What is waited for is printed. It exits with 0 whatever came out: the result says it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Optional, TypedDict

from canary import Canary, CanaryFile, CanaryResult
from canary_pods import CANDIDATE, FRESH, remove_abandoned
from canary_pods import RIGHTS as CANARY_RIGHTS
from hidden import Hidden, Masked
from kubernetes_api import Access, Api, Missing, Refused, Rejected, Silent, clock, refuse
from kubernetes_objects import Objects, ready_pod
from rollout_records import (
    DEPLOYMENT,
    ENDED,
    FAILED_IMAGE,
    FAILED_WHY,
    IMAGE,
    NAMED,
    PREVIOUS_IMAGE,
    PREVIOUS_SET,
    STARTED,
    STATE,
    annotation_changes,
    annotations_of,
    replaced,
)
from rollout_state import (
    CHANGE_CAUSE,
    Drift,
    Limits,
    Look,
    Reason,
    WayBack,
    at_the_end,
    container_index,
    drift_of,
    image_at,
    is_under_way,
    judge,
    moment,
    name_of,
    owned_by,
    revision_of,
    running_since,
    set_named,
    set_of_template,
    taken_over,
    template_of,
    to_set,
    unfinished,
    way_back,
)
from running_service import Checked, Checks, Running, rights_for
from typed_json import read, specification, write

# In seconds, between two looks.
PAUSE = 1.0
# How often a change is tried anew, when something else was changed in between.
ATTEMPTS = 5
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
    # Revisions that there are to go back to, the newest first.
    revisions: list[str]
    # What a rollout is waited for; empty when it has ended.
    waits: str
    seconds: float


class Ended(Exception):
    """A rollout that did not work."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason["code"])
        self.reason = reason


class Change:
    """One call: it keeps what it has seen, so that an interruption can be told with it."""

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
            "revisions": [],
            "waits": "",
            "seconds": 0.0,
        }

    def run(self) -> Result:
        try:
            self.open()
            {"deploy": self.deploy, "rollback": self.rollback, "status": self.status}[self.spec["action"]]()
        except Refused as error:
            self.fail(error.reason)
        except Silent as error:
            self.fail({"code": "lost" if self.changed else "unreachable", "detail": str(error)})
        except Missing as error:
            self.fail({"code": "deleted" if self.changed else "missing", "detail": str(error)})
        except Rejected as error:
            self.fail({"code": "rejected", "detail": str(error)})
        self.result["seconds"] = round(time.monotonic() - self.began, 1)
        return self.result

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

    # What there is before

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
        sets = self.objects.sets(deployment)
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

    # Deploy

    def deploy(self) -> None:
        deployment, sets = self.prepare()
        if image_at(deployment, self.index) != self.spec["image"]:
            self.roll_out(deployment, way_back(deployment, sets, self.index))
            return
        # It is there already. A deploy of ours that was interrupted goes on, and all else is left as it is.
        noted = annotations_of(deployment)
        is_noted = noted.get(IMAGE) == self.spec["image"]
        is_resumed = is_noted and is_under_way(deployment)
        changes = {} if is_noted else self.notes(None, "rolling-out")
        if self.spec["dryRun"]:
            self.plan([f"note {key}: {value}" for key, value in changes.items() if value is not None])
            return
        back = way_back(deployment, sets, self.index, is_resumed) if is_resumed else None
        self.say(f"{self.spec['image']} is there already{', by a deploy that was interrupted' if is_resumed else ''}")
        deployment = self.note(deployment, changes)
        self.changed = is_resumed
        try:
            self.finish(deployment, moment(noted.get(STARTED)) if is_resumed else 0.0)
        except Ended as error:
            self.undo(error.reason, back)
            return
        if is_resumed or changes:
            self.note(self.objects.deployment(), {STATE: "ready", ENDED: clock(self.api.now)})
        self.result["outcome"] = "done" if is_resumed else "unchanged"
        self.result["after"] = self.ran(self.objects.deployment())

    def roll_out(self, deployment: Any, back: WayBack) -> None:
        image = self.spec["image"]
        if self.spec["dryRun"]:
            before = image_at(deployment, self.index)
            name = deployment["spec"]["template"]["spec"]["containers"][self.index]["name"]
            self.plan([*self.canary_words(), f"the image of container {name}: {before} -> {image}"])
            return
        if self.spec["canary"] is not None and not self.is_tried(deployment, back, self.spec["canary"]):
            return
        changed = self.apply(
            lambda found: [
                {"op": "replace", "path": f"/spec/template/spec/containers/{self.index}/image", "value": image},
                *annotation_changes(annotations_of(found), self.notes(back, "rolling-out")),
            ],
            template_of(deployment),
        )
        since = self.api.now
        self.say(f"asked for {image}")
        try:
            self.finish(changed, since)
        except Ended as error:
            self.undo(error.reason, back)
            return
        self.note(self.objects.deployment(), {STATE: "ready", ENDED: clock(self.api.now)})
        self.result["outcome"] = "done"
        self.result["after"] = self.ran(self.objects.deployment())

    def canary_words(self) -> list[str]:
        if self.spec["canary"] is None:
            return []
        plan = read(CanaryFile, self.spec["canary"])["plan"]
        shares = ", ".join(f"{100 * share:g} %" for share in plan["steps"])
        return [f"first a canary: {shares} of the pods beside as many fresh ones, {plan['requests']} requests each"]

    def is_tried(self, deployment: Any, back: WayBack, file: str) -> bool:
        """Whether a candidate may go on that was tried beside production; without production it may."""
        if back["template"] is None or deployment["spec"].get("replicas", 1) == 0:
            self.say("no canary: nothing serves that it could be held against")
            return True
        images = {CANDIDATE: self.spec["image"], FRESH: back["image"]}
        checks = self.spec["checks"]
        canary = Canary(self.api, read(CanaryFile, file), checks["protocol"], checks["tolerance"], self.say)
        found, reason = canary.run(
            deployment, self.index, images, self.spec["id"], self.spec["timeout"], self.spec["limits"]
        )
        self.result["canary"] = found
        if reason is None:
            return True
        self.result["outcome"], self.result["reason"] = "held", reason
        self.result["after"] = self.last_seen()
        return False

    def notes(self, back: Optional[WayBack], state: str) -> dict[str, Optional[str]]:
        """What is noted at the Deployment with a change."""
        found = {
            **self.spec["records"],
            **{IMAGE: self.spec["image"], DEPLOYMENT: self.spec["id"], STATE: state, STARTED: clock(self.api.now)},
        }
        if back is not None and back["replicaSet"]:
            found = {**found, PREVIOUS_SET: back["replicaSet"], PREVIOUS_IMAGE: back["image"]}
        return {**replaced(found), CHANGE_CAUSE: self.spec["cause"]}

    def plan(self, changes: list[str]) -> None:
        self.result["outcome"], self.result["changes"] = "planned", changes

    # A change

    def apply(self, changes_of: Callable[[Any], list[dict[str, Any]]], template: Any) -> Any:
        """Changes the Deployment while its pods are still made from `template`. A lost answer is looked for."""
        for _ in range(ATTEMPTS):
            found = self.objects.deployment()
            if template_of(found) != template or found["spec"].get("paused"):
                reason = taken_over(found, template)
                raise Refused(reason if reason is not None else {"code": "overtaken"})
            test = {"op": "test", "path": "/metadata/generation", "value": found["metadata"]["generation"]}
            try:
                changed = self.api.patch(self.objects.path, [test, *changes_of(found)])
            except Rejected:
                # Something else was changed since it was read, or the server does not take the change at all.
                again = self.objects.deployment()
                if again["metadata"]["generation"] == found["metadata"]["generation"]:
                    raise
                continue
            except Silent:
                changed = self.lost_answer(found["metadata"]["generation"])
                if changed is None:
                    continue
            self.changed = True
            return changed
        raise Refused({"code": "conflict"})

    def lost_answer(self, generation: int) -> Any:
        """The Deployment, if the change arrived whose answer was lost."""
        before, self.changed = self.changed, True
        found = self.patiently(self.objects.deployment, time.monotonic() + self.spec["timeout"])
        if found["metadata"]["generation"] != generation:
            return found
        self.changed = before
        return None

    def note(self, deployment: Any, notes: dict[str, Optional[str]]) -> Any:
        """Changes annotations alone. Those that cannot be noted change nothing of what runs."""
        changes = annotation_changes(annotations_of(deployment), notes)
        try:
            return self.api.patch(self.objects.path, changes) if changes else deployment
        except (Silent, Rejected) as error:
            self.say(f"what came out cannot be noted: {error}")
            return deployment

    def patiently(self, ask: Callable[[], Any], ends: float) -> Any:
        """Asks until there is an answer, or it is too late."""
        while True:
            try:
                return ask()
            except Silent as error:
                if time.monotonic() > ends:
                    raise
                self.say(f"the API server does not answer ({error}): asking again")
            time.sleep(PAUSE)

    # Waiting

    def finish(self, deployment: Any, since: float) -> None:
        """Waits until pods of the template serve, and asks them; raises Ended."""
        look = self.wait(template_of(deployment), since)
        current = set_of_template(template_of(look["deployment"]), look["sets"])
        if not self.spec["checks"]["names"]:
            return
        running = Running(self.api, self.spec["checks"], ready_pod(look["pods"], current))
        self.result["checks"], reason = running.checked()
        if reason is not None:
            name = deployment["spec"]["template"]["spec"]["containers"][self.index]["name"]
            raise Ended(self.with_log({**reason, "container": name}, running.pod))

    def wait(self, template: Any, since: float) -> Look:
        ends = time.monotonic() + self.spec["timeout"]
        while True:
            look: Look = self.patiently(self.objects.look, ends)
            other = taken_over(look["deployment"], template)
            if other is not None:
                raise Ended(other)
            judged = judge(look, since, self.spec["limits"])
            if judged["done"]:
                return look
            self.say(f"waiting for {judged['waits']}")
            reason = judged["reason"]
            if reason is None and time.monotonic() > ends:
                reason = at_the_end(look, since)
            if reason is not None:
                raise Ended(self.with_log(reason, reason.get("pod")))
            time.sleep(PAUSE)

    def with_log(self, reason: Reason, pod: Optional[str]) -> Reason:
        if not pod or reason["code"] in ("image", "config", "unschedulable"):
            return reason
        container = reason.get("container") or ""
        log = self.objects.log(pod, container, reason["code"] == "crash") if container else ""
        return {**reason, "log": log} if log else reason

    # Going back

    def undo(self, reason: Reason, back: Optional[WayBack]) -> None:
        """Goes back to what ran before, unless somebody else has changed it since."""
        self.fail(reason)
        self.result["outcome"] = "failed"
        self.say(f"failed: {in_short(reason)}")
        if reason["code"] in ("overtaken", "paused", "deleted"):
            self.result["back"] = outcome_of("left", None)
        elif back is None:
            self.result["back"] = outcome_of("left", None, "nothing was changed by this call")
        elif back["template"] is None:
            self.result["back"] = outcome_of("nothing", back, back["nothing"])
            self.note(self.objects.deployment(), {STATE: "failed", ENDED: clock(self.api.now)})
        else:
            failed = {
                FAILED_IMAGE: self.spec["image"],
                FAILED_WHY: in_short(reason)[:200],
            }
            self.result["back"] = self.go_back(back, failed)
        self.result["after"] = self.last_seen()

    def go_back(self, back: WayBack, more: dict[str, str]) -> Back:
        try:
            found = self.patiently(self.objects.deployment, time.monotonic() + self.spec["timeout"])
            if image_at(found, self.index) != self.spec["image"]:
                return outcome_of("left", back, "something else runs by now")
            changed = self.restore(back, template_of(found), more)
            since = self.api.now
            self.say(f"going back to revision {back['revision']}, {back['image']}")
            self.wait(template_of(changed), since)
        except Ended as error:
            return {**outcome_of("failed", back), "reason": error.reason}
        except (Refused, Missing, Silent, Rejected) as error:
            reason: Reason = error.reason if isinstance(error, Refused) else {"code": "lost", "detail": str(error)}
            return {**outcome_of("failed", back), "reason": reason}
        return outcome_of("done", back)

    def restore(self, back: WayBack, template: Any, more: dict[str, str]) -> Any:
        """Lets pods be made as before, and takes the notes of then with it."""
        then = back["annotations"]
        notes = {
            **replaced({IMAGE: back["image"], **then, STATE: "ready", **more}),
            CHANGE_CAUSE: then.get(CHANGE_CAUSE),
        }
        return self.apply(
            lambda found: [
                {"op": "replace", "path": "/spec/template", "value": back["template"]},
                *annotation_changes(annotations_of(found), notes),
            ],
            template,
        )

    def last_seen(self) -> Optional[Ran]:
        try:
            return self.ran(self.objects.deployment())
        except (Refused, Missing, Silent, Rejected):
            return None

    def rollback(self) -> None:
        deployment, sets = self.prepare()
        for name in remove_abandoned(self.api, self.spec["deployment"]):
            self.say(f"removed {name}, which a call left that was killed")
        target = self.target(deployment, sets)
        template = template_of(deployment)
        if target["template"] == template and not unfinished(deployment):
            self.result["outcome"], self.result["after"] = "unchanged", self.ran(deployment)
            return
        if self.spec["dryRun"]:
            before = image_at(deployment, self.index)
            self.plan([f"back to revision {target['revision']}: {before} -> {target['image']}"])
            return
        changed = deployment
        if target["template"] != template:
            changed = self.restore(target, template, {})
        self.say(f"going back to revision {target['revision']}, {target['image']}")
        try:
            self.finish(changed, self.api.now)
        except Ended as error:
            self.undo(error.reason, None)
            self.result["back"] = None
            return
        self.result["outcome"], self.result["after"] = "done", self.ran(self.objects.deployment())

    def target(self, deployment: Any, sets: list[Any]) -> WayBack:
        """The revision that was asked for, or the one that was noted as what ran before."""
        by_revision = {revision_of(one): one for one in sets}
        self.result["revisions"] = [
            f"{revision}: {image_at(by_revision[revision], self.index)}"
            for revision in sorted(by_revision, reverse=True)
        ]
        wanted = self.spec["revision"]
        if wanted is not None:
            if wanted not in by_revision:
                refuse("no-revision", str(wanted), self.result["revisions"])
            return to_set(by_revision[wanted], self.index)
        name = annotations_of(deployment).get(PREVIOUS_SET, "")
        found = set_named(name, sets)
        if found is None:
            refuse("nothing-noted", name, self.result["revisions"])
        return to_set(found, self.index)

    # Status

    def status(self) -> None:
        deployment = self.first()
        self.index, problem = container_index(deployment, self.spec["container"])
        if problem is not None:
            raise Refused(problem)
        look = self.objects.look()
        judged = judge(look, moment(annotations_of(look["deployment"]).get(STARTED)), self.spec["limits"])
        self.result["outcome"] = "seen"
        self.result["after"] = self.ran(look["deployment"])
        self.result["waits"] = judged["waits"]
        reason = judged["reason"]
        if reason is None and look["deployment"]["spec"].get("paused"):
            reason = {"code": "paused-before"}
        self.result["reason"] = None if reason is None else self.with_log(reason, reason.get("pod"))
        current = set_of_template(template_of(look["deployment"]), look["sets"])
        own = [] if current is None else owned_by(current, look["pods"])
        self.result["drift"] = drift_of(look["deployment"], own, self.index)
        self.result["revisions"] = [
            f"{revision_of(one)}: {image_at(one, self.index)}"
            for one in sorted(look["sets"], key=lambda one: (revision_of(one), name_of(one)), reverse=True)
        ]


def outcome_of(outcome: str, back: Optional[WayBack], why: str = "") -> Back:
    image, revision = ("", 0) if back is None else (back["image"], back["revision"])
    return {"outcome": outcome, "image": image, "revision": revision, "why": why, "reason": None}


def in_short(reason: Reason) -> str:
    code = f", exit code {reason['exitCode']}" if "exitCode" in reason else ""
    detail = reason.get("detail", "")
    return f"{reason['code']}{code}{': ' if detail else ''}{detail}"


def main() -> None:
    spec = specification(Specification, sys.argv[1])
    change = Change(spec)
    result = change.run()
    Path(spec["result"]).parent.mkdir(parents=True, exist_ok=True)
    write(change.hidden.masked(result), spec["result"])


main()
