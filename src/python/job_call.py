"""One call of `train_kubernetes.py`: what it was asked for, the Job that it waits for, and what comes out of it."""

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional, TypedDict

from hidden import Hidden, Masked
from job_log import GrowingLog
from job_state import INPUTS, KEY, SECRET, SEEN, TRAIN, others_wait, rank_of
from kubernetes_api import Access, Api, clock, quoted
from kubernetes_failure import Found, Missing, Refused, Rejected, Silent, patiently, refuse, understood, words_for
from kubernetes_objects import Objects, Rights
from kubernetes_values import Object, annotations_of, name_of
from rollout_reason import Reason
from store_credentials import credentials_from
from store_s3 import Address, S3Store

# In seconds: how often a call says that it lives, and how long it asks a silent server.
BEAT, PATIENCE = 15.0, 1800.0
# In seconds: how long a Job may take to go that was removed.
GOING = 120.0
PAUSE = 0.5
# Bytes of a log that are asked for at a time.
LOG_BYTES = 16_000_000


class Specification(TypedDict):
    access: Access
    result: str
    # The Job, without what is known only when it is made.
    job: dict[str, object]
    # By which its pods find each other; None where one trains alone.
    service: Optional[dict[str, object]]
    # The hash of all that the training depends on.
    key: str
    # Folders that the pods fetch, by the name of the part.
    inputs: dict[str, str]
    # The folder that gets the folder `model`.
    into: str
    store: Address
    # The file of AWS credentials; None for a store that asks for none.
    credentials: Optional[str]
    # Whether a Secret with them is made, which goes with the Job.
    makesSecret: bool
    # How long a pod may be without a node, or an image out of reach, in seconds.
    pending: float


class Result(TypedDict):
    # `done`, or `failed` for the reason.
    outcome: str
    server: str
    context: str
    namespace: str
    name: str
    # Whether the Job was there before.
    joined: bool
    # The last pod that trained.
    pod: str
    # The version of the store that the model is.
    version: str
    reason: Optional[Reason]
    seconds: float


class Call:
    """It says that it lives as long as it waits, so that no other call takes the Job away."""

    def __init__(self, spec: Specification, name: str) -> None:
        self.spec = spec
        self.seen = f"{SEEN}{name}"
        self.began = self.beaten = self.made = time.monotonic()
        self.is_there = False
        self.said = ""
        self.hidden = Hidden(())
        self.logs: dict[str, GrowingLog] = {}
        metadata: Any = spec["job"]["metadata"]
        self.name = str(metadata["name"])
        self.result: Result = {
            "outcome": "failed",
            "server": "",
            "context": "",
            "namespace": "",
            "name": self.name,
            "joined": False,
            "pod": "",
            "version": "",
            "reason": None,
            "seconds": 0.0,
        }

    def open(self) -> None:
        sys.stdout, sys.stderr = (Masked(stream, self.hidden) for stream in (sys.stdout, sys.stderr))
        credentials = self.spec["credentials"]
        found = credentials_from(credentials) if credentials else None
        if found is not None:
            self.hidden.add([found.secret, found.token])
        self.store = S3Store(self.spec["store"], found)
        self.api = Api(self.spec["access"], self.hidden.add)
        self.objects = Objects(self.api)
        self.jobs = f"/apis/batch/v1/namespaces/{quoted(self.api.namespace)}/jobs"
        self.path = f"{self.jobs}/{quoted(self.name)}"
        self.result["server"], self.result["context"] = self.api.server, self.api.context
        self.result["namespace"] = self.api.namespace

    def fail(self, reason: Reason) -> None:
        self.result["reason"] = reason

    def say(self, text: str) -> None:
        """Prints what is new."""
        if text != self.said:
            print(f"[kubernetes] {text}", flush=True)
            self.said = text

    def rights(self) -> Rights:
        wanted = [(verb, "batch", "jobs") for verb in ("create", "get", "patch", "delete")]
        secrets = [("create", "", "secrets")] if self.spec["makesSecret"] else []
        services = [("create", "", "services")] if self.spec["service"] else []
        return [*wanted, ("list", "", "pods"), ("get", "", "pods/log"), *secrets, *services]

    def patiently(self, ask: Callable[[], Found]) -> Found:
        """Asks a server that may be away for a while; what is not there is not asked for again."""

        def asked() -> Found:
            try:
                return ask()
            except Missing as error:
                raise NotThere(str(error)) from None

        try:
            return patiently(asked, time.monotonic() + PATIENCE, self.say)
        except NotThere as error:
            raise Missing(str(error)) from None

    def read(self) -> Object:
        return understood(lambda: checked(self.api.get(self.path), self.spec["key"]))

    def pods(self) -> list[Object]:
        return self.objects.pods(f"batch.kubernetes.io/job-name={self.name}")

    def look(self) -> tuple[Object, list[Object], list[Object]]:
        """The Job, its pods, and what happened to those that are not ready."""

        def asked() -> tuple[Object, list[Object], list[Object]]:
            job, pods = self.read(), self.pods()
            return job, pods, self.objects.events_of(pods) if pods else self.objects.events(self.name)

        return self.patiently(lambda: understood(asked))

    def make(self, inputs: str) -> None:
        """Makes the Job, and the Secret of its pods; takes part in it where another call was faster."""
        job: Any = copy.deepcopy(self.spec["job"])
        notes = {KEY: self.spec["key"], INPUTS: inputs, self.seen: clock(self.api.now)}
        secret = f"{self.name}-{self.seen[-8:]}" if self.spec["makesSecret"] else ""
        template = job["spec"]["template"]
        template["metadata"]["annotations"] = {**template["metadata"].get("annotations", {}), INPUTS: inputs}
        if secret:
            notes[SECRET] = secret
            volume = next(one for one in template["spec"]["volumes"] if "secret" in one)
            volume["secret"]["secretName"] = secret
        job["metadata"]["annotations"] = {**job["metadata"].get("annotations", {}), **notes}
        try:
            made = self.api.post(self.jobs, job)
        except Rejected as error:
            if "already exists" not in str(error):
                raise
            self.join(self.read())
            return
        self.is_there = True
        self.made = self.beaten = time.monotonic()
        self.make_rest(made)
        self.say(f"made Job {self.name} in namespace {self.api.namespace}")

    def make_rest(self, job: Object) -> None:
        """Makes what the pods of a Job need, unless it is there: who made the Job may have been killed."""
        name = annotations_of(job).get(SECRET, "")
        if self.spec["makesSecret"] and self.spec["credentials"] is not None and name:
            text = Path(self.spec["credentials"]).read_text(encoding="utf-8")
            labels = job["metadata"].get("labels") or {}
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "labels": labels}}
            self.make_owned(job, "secrets", {**secret, "stringData": {"credentials": text}})
        if self.spec["service"]:
            self.make_owned(job, "services", self.spec["service"])

    def make_owned(self, job: Object, kind: str, given: Object) -> None:
        """Makes what goes with the Job."""
        metadata = job["metadata"]
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"]}
        try:
            self.api.post(
                f"{self.objects.core}/{kind}",
                {**given, "metadata": {**given["metadata"], "ownerReferences": [owner]}},
            )
        except Rejected as error:
            if "already exists" not in str(error):
                raise

    def join(self, job: Object) -> None:
        self.is_there = self.result["joined"] = True
        self.note_seen()
        self.make_rest(job)
        self.say(f"found Job {self.name} in namespace {self.api.namespace}, which trains the same: waiting for it")

    def beat(self) -> None:
        if time.monotonic() - self.beaten < BEAT:
            return
        try:
            self.note_seen()
        except (Silent, Rejected):
            # The next one may be heard.
            return

    def note_seen(self) -> None:
        self.beaten = time.monotonic()
        path = f"/metadata/annotations/{self.seen.replace('/', '~1')}"
        self.api.patch(self.path, [{"op": "add", "path": path, "value": clock(self.api.now)}])

    def unmade_for(self) -> float:
        return time.monotonic() - self.made

    def remove(self) -> None:
        try:
            self.api.answer("DELETE", self.path, {"propagationPolicy": "Background"})
        except Missing:
            return

    def until_gone(self) -> None:
        ends = time.monotonic() + GOING
        while True:
            try:
                self.patiently(self.read)
            except Missing:
                return
            if time.monotonic() > ends:
                refuse("not-gone")
            time.sleep(PAUSE)

    def give_up(self) -> str:
        """Removes the Job, unless another call waits for it, and says what became of it."""
        if not self.is_there:
            return "no Job was made"
        try:
            if others_wait(self.read(), self.seen, self.api.now):
                return f"another call waits for Job {self.name}, which goes on"
            self.remove()
        except Missing:
            pass
        except (Refused, Silent, Rejected) as error:
            return f"Job {self.name} could not be removed ({words_for(error)})"
        return f"Job {self.name} was removed"

    def show_log(self, of: Object) -> None:
        """Prints what a pod has printed since, each line with the worker that it is of, where there are several."""
        pod, rank = name_of(of), rank_of(of)
        if pod not in self.logs:
            self.result["pod"] = pod
            self.logs[pod] = GrowingLog()
            self.say(f"pod {pod} trains on node {(of.get('spec') or {}).get('nodeName')}")
        log = self.logs[pod]
        query = {"container": TRAIN, "timestamps": "true", "limitBytes": LOG_BYTES, **log.since()}
        try:
            found = self.api.answer("GET", f"{self.objects.core}/pods/{quoted(pod)}/log", query)
        except (Missing, Rejected, Silent, Refused) as error:
            if isinstance(error, Refused):
                self.say(f"the log of pod {pod} cannot be read: {error.reason.get('detail', '')}")
            return
        for line in log.fresh(found.decode("utf-8", "replace")):
            print(f"[{rank}] {line}" if rank else line, flush=True)


class NotThere(Exception):
    """There is no such object, which waiting does not change."""


def checked(job: Any, key: str) -> Object:
    """Refuses what has the name of the Job, and is another one."""
    found: Object = job
    if annotations_of(found).get(KEY) != key:
        refuse("other-job", annotations_of(found).get(KEY, ""))
    return found
