"""Changes what Kubernetes runs, waits for it, and goes back when it does not work; or says what runs.

Called as `deploy_kubernetes.py SPECIFICATION`, with the JSON of a `Specification`. The file `result` gets the JSON of a
`Result`. What is waited for is printed. It exits with 0 whatever came out: the result says it.
"""

import sys
import time
from pathlib import Path
from typing import Optional

from canary_pods import abandoned
from kubernetes_api import clock
from kubernetes_failure import Missing, Refused, Rejected, Silent, refuse
from kubernetes_values import moment
from rollout_back import rollback, undo, unexpected
from rollout_call import Call, Result, Specification
from rollout_canary import canary_words, is_tried
from rollout_change import apply, note
from rollout_drift import drift_of
from rollout_end import conclude
from rollout_judge import judge
from rollout_reason import Reason
from rollout_records import (
    CHANGE_CAUSE,
    CHECKS,
    DEPLOYMENT,
    IMAGE,
    PREVIOUS_IMAGE,
    PREVIOUS_SET,
    READY,
    ROLLING_OUT,
    STARTED,
    STATE,
    replaced,
)
from rollout_wait import Ended, finish, with_log
from rollout_way_back import WayBack, is_under_way, way_back
from running_service import askable
from typed_json import specification, write
from workload_state import Look, Seen, container_index


def run(call: Call) -> Result:
    try:
        call.open()
        {"deploy": deploy, "rollback": rollback, "status": status}[call.spec["action"]](call)
    except Refused as error:
        call.fail(error.reason)
    except Silent as error:
        call.fail({"code": "lost" if call.changed else "unreachable", "detail": str(error)})
    except Missing as error:
        call.fail(gone(call, error))
    except Rejected as error:
        # It has taken the change: what it refuses after that is a question.
        call.fail({"code": "lost" if call.changed else "rejected", "detail": str(error)})
    except Exception as error:
        call.fail(unexpected(error))
    call.result["seconds"] = round(time.monotonic() - call.began, 1)
    return call.result


def gone(call: Call, error: Missing) -> Reason:
    """What is not there may be something else than what is deployed to."""
    if not call.changed:
        return {"code": "missing", "detail": str(error)}
    try:
        call.workload.read()
    except Missing:
        return {"code": "deleted", "detail": str(error)}
    except (Refused, Silent, Rejected):
        pass
    return {"code": "lost", "detail": str(error)}


def deploy(call: Call) -> None:
    look = call.prepare()
    seen = look.seen
    if seen.image(call.index) != call.spec["image"]:
        roll_out(call, look, way_back(look))
        return
    # It is there already. A deploy of ours that was interrupted goes on, and all else is left as it is.
    is_noted = seen.notes.get(IMAGE) == call.spec["image"] and DEPLOYMENT in seen.notes
    is_resumed = is_noted and is_under_way(seen)
    if is_noted and seen.notes.get(STATE) != READY:
        require_owed(call, seen)
    changes = {} if is_noted else notes(call, None)
    if call.spec["dryRun"]:
        call.plan([f"note {key}: {value}" for key, value in changes.items() if value is not None])
        return
    back = way_back(look, is_resumed) if is_resumed else None
    call.say(f"{call.spec['image']} is there already{', by a deploy that was interrupted' if is_resumed else ''}")
    noted = note(call, seen, changes) if changes else seen
    call.changed = is_resumed
    since = moment(seen.notes.get(STARTED)) if is_resumed else 0.0
    end(call, noted, since, back, "done" if is_resumed else "unchanged")


def require_owed(call: Call, seen: Seen) -> None:
    """Refuses to end what a deploy began that could ask more: what that failed, or did not ask, stays so."""
    able = askable(call.spec["checks"])
    owed = [name for name in seen.notes.get(CHECKS, "").split(",") if name and name not in able]
    if owed:
        refuse("unasked", names=owed)


def roll_out(call: Call, look: Look, back: WayBack) -> None:
    seen, image = look.seen, call.spec["image"]
    if call.spec["dryRun"]:
        name = seen.containers[call.index]["name"]
        call.plan([*canary_words(call), f"the image of container {name}: {seen.image(call.index)} -> {image}"])
        return
    if call.spec["canary"] is not None and not is_tried(call, seen, back, call.spec["canary"]):
        return
    workload = call.workload
    changed = apply(
        call,
        lambda found: workload.change(found, workload.image_changes(found, call.index, image), notes(call, back)),
        seen.template,
    )
    since = call.api.now
    call.say(f"asked for {image}")
    end(call, changed, since, back, "done")


def end(call: Call, seen: Seen, since: float, back: Optional[WayBack], outcome: str) -> None:
    """Waits for the end of a rollout, and notes how it came out."""
    try:
        look = finish(call, seen, since)
        if look.progress.is_held:
            call.leave(look.seen, look.progress.waits)
            return
        # What was left by a call that was killed, or failed its checks then, is well now that it has passed them.
        ended = call.read() if look.seen.notes.get(STATE) == READY else conclude(call, look.seen)
    except Ended as error:
        undo(call, error.reason, back)
        return
    except (Refused, Missing, Silent, Rejected):
        # Who cannot see what runs cannot tell whether it works, and undoes nothing.
        raise
    except Exception as error:
        undo(call, unexpected(error), back)
        return
    call.result["outcome"] = outcome
    call.result["after"] = call.ran(ended)


def notes(call: Call, back: Optional[WayBack]) -> dict[str, Optional[str]]:
    """What is noted of it with a change."""
    found = {
        **call.spec["records"],
        **{IMAGE: call.spec["image"], DEPLOYMENT: call.spec["id"]},
        **{STATE: ROLLING_OUT, STARTED: clock(call.api.now), CHECKS: ",".join(askable(call.spec["checks"]))},
    }
    if back is not None and back.to is not None:
        found = {**found, PREVIOUS_SET: back.to.name, PREVIOUS_IMAGE: back.to.image(call.index)}
    return {**replaced(found), CHANGE_CAUSE: call.spec["cause"]}


def status(call: Call) -> None:
    call.index, problem = container_index(call.first().containers, call.spec["container"])
    if problem is not None:
        raise Refused(problem)
    look = call.workload.look()
    seen = look.seen
    judged = judge(look, moment(seen.notes.get(STARTED)), call.spec["limits"])
    call.result["outcome"] = "seen"
    call.result["after"] = call.ran(seen)
    call.result["waits"] = judged["waits"]
    reason = judged["reason"]
    if reason is None and seen.is_paused:
        reason = {"code": "paused-before"}
    call.result["reason"] = None if reason is None else with_log(call, reason, reason.get("pod"))
    call.result["drift"] = drift_of(seen, look.pods, call.index)
    if call.workload.has_canary:
        call.result["abandoned"] = [one.name for one in abandoned(call.api, call.workload.name)]
    call.result["revisions"] = [
        f"{one.number}: {one.image(call.index)}"
        for one in sorted(look.revisions, key=lambda one: (one.number, one.name), reverse=True)
    ]


def main() -> None:
    spec = specification(Specification, sys.argv[1])
    call = Call(spec)
    result = run(call)
    Path(spec["result"]).parent.mkdir(parents=True, exist_ok=True)
    write(call.hidden.masked(result), spec["result"])


main()
