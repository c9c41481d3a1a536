"""Trains as a Job of Kubernetes: makes it, or finds it again, shows its log as it grows, and takes the model.

Called as `train_kubernetes.py SPECIFICATION`, with the JSON of a `Specification`. The file `result` gets the JSON of a
`Result`. It exits as the training did, and with 1 where that was not to be had. A call that is asked to end removes the
Job, unless another call waits for it; one that is killed leaves it, and the same call again finds it.
"""

import signal
import sys
import time
import uuid
from pathlib import Path
from typing import Any, NoReturn

from job_call import Call, Result, Specification
from job_state import (
    STORE,
    TRAIN,
    by_age,
    disruption,
    failure_of,
    has_ended,
    is_out_of_memory,
    newest_of_each,
    pod_failure,
    result_in,
    states_of,
    waits_for,
)
from kubernetes_failure import Missing, Refused, Rejected, Silent, refuse, words_for
from kubernetes_values import Object, name_of
from model_store import get, put
from pod_judge import messages, pod_reason
from store_failure import StoreFailure
from typed_json import specification, write

# In seconds, between two looks.
PAUSE = 1.0
# In seconds: so long the controller may be refused to make a pod, which a quota may do for a moment.
UNMADE = 60.0
# The exit code of what SIGTERM has ended.
TERMINATED = 143
# It has no server: a container that runs is as it should be, however long.
FOREVER = 1e12


class Cancelled(BaseException):
    """Somebody asked this call to end. It is caught by nobody who waits for answers."""


def cancel(*_: object) -> NoReturn:
    # Once: what is done about it takes a moment.
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
    raise Cancelled


def run(call: Call) -> Result:
    try:
        call.open()
        train(call)
    except Cancelled:
        call.fail({"code": "cancelled", "detail": call.give_up()})
    except Refused as error:
        call.fail(error.reason)
    except Silent as error:
        call.fail({"code": "lost" if call.is_there else "unreachable", "detail": str(error)})
    except Missing as error:
        call.fail({"code": "deleted" if call.is_there else "missing", "detail": str(error)})
    except Rejected as error:
        call.fail({"code": "rejected", "detail": str(error)})
    except StoreFailure as failure:
        call.fail({"code": "store", "detail": failure.detail, "names": [failure.kind, failure.key]})
    except Exception as error:
        call.fail({"code": "unexpected", "detail": words_for(error)})
    call.result["seconds"] = round(time.monotonic() - call.began, 1)
    return call.result


def train(call: Call) -> None:
    lacking = call.objects.missing_rights(call.rights())
    if lacking:
        refuse("no-rights", names=lacking)
    if not is_found(call):
        call.say("source and data are sent to the store")
        inputs = put(
            call.store,
            {"operation": "put", "folders": call.spec["inputs"], "about": {}, "dry": False},
        )
        call.make(inputs["version"])
    call.is_there = True
    version = watch(call)
    get(call.store, {"operation": "get", "version": version, "parts": ["model"], "into": call.spec["into"]})
    call.result["outcome"], call.result["version"] = "done", version


def is_found(call: Call) -> bool:
    """Whether there is a Job of this training that may still give its model. One that failed is removed."""
    try:
        job = call.read()
    except Missing:
        return False
    ended = has_ended(job)
    if not job["metadata"].get("deletionTimestamp"):
        if ended == "" or (ended == "Complete" and result_in(call.pods())):
            call.join(job)
            return True
        call.say(f"Job {call.name} of an earlier call has {'failed' if ended == 'Failed' else 'lost its pods'}")
        call.remove()
    call.until_gone()
    return False


def watch(call: Call) -> str:
    """Waits for the end of the training, and gives the version of the store that its model is."""
    told: set[str] = set()
    while True:
        job, pods, events = call.look()
        show(call, pods, told)
        ended = has_ended(job)
        if ended == "Complete":
            return result_in(pods) or refuse("no-result")
        if ended == "Failed":
            raise Refused(failure_of(job, pods))
        reason = hopeless(call, job, pods, events)
        if reason is not None:
            call.remove()
            raise Refused(reason)
        waits = waits_for(job, pods, events)
        if waits:
            call.say(waits)
        call.beat()
        time.sleep(PAUSE)


def hopeless(call: Call, job: Object, pods: list[Object], events: list[Object]) -> Any:
    """Why it will not come to an end by itself; None while it may."""
    if not pods:
        refused = messages(events, "FailedCreate")
        late = call.unmade_for() > UNMADE and not (job.get("spec") or {}).get("suspend")
        return {"code": "not-created", "detail": refused[-1]} if refused and late else None
    for newest in newest_of_each(pods):
        if is_out_of_memory(newest):
            # The same again would need as much.
            return pod_failure(newest)
        reason = pod_reason(newest, events, call.api.now, {"ready": FOREVER, "patience": call.spec["pending"]})
        if reason is not None:
            return reason
    return None


def show(call: Call, pods: list[Object], told: set[str]) -> None:
    """Prints what the training has printed since, and what became of pods."""
    for pod in by_age(pods):
        name = name_of(pod)
        state = states_of(pod).get(TRAIN, {})
        if ("running" in state or "terminated" in state) and name not in told:
            call.show_log(pod)
        why = disruption(pod)
        if why and f"{name} disrupted" not in told:
            told.add(f"{name} disrupted")
            call.say(f"pod {name} was ended by the cluster and is tried again ({why})")
        if (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed"):
            told.add(name)
        if "running" in states_of(pod).get(STORE, {}):
            call.say("the model is sent to the store")


def main() -> None:
    spec = specification(Specification, sys.argv[1])
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, cancel)
    call = Call(spec, uuid.uuid4().hex[:12])
    result = run(call)
    reason = result["reason"]
    Path(spec["result"]).parent.mkdir(parents=True, exist_ok=True)
    write(call.hidden.masked(result), spec["result"])
    if reason is None:
        return
    if reason["code"] == "cancelled":
        sys.exit(TERMINATED)
    sys.exit(reason["exitCode"] if reason["code"] == "training" else 1)


main()
