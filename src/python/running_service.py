"""Asks what runs in a cluster, through the API server: whether it is healthy, and answers as the judged image did."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Optional, TypedDict

from kubernetes_api import Api, quoted
from kubernetes_failure import Missing, Refused, Rejected, Silent, words_for
from kubernetes_values import shortened
from rollout_reason import Reason
from same_answer import same
from serving_protocol import NoPredictions, Protocol, body_of, kind_of, predictions_of, route_of

# A service may not know of new pods at once, in seconds.
PATIENCE = 30.0
PAUSE = 1.0
SHOWN = 300


class Recorded(TypedDict):
    """A request, and what the judged image answered."""

    instance: object
    predictions: list[object]


class Checks(TypedDict):
    names: list[str]
    # NAME or NAME:PORT of a Service; None to ask a pod itself.
    service: Optional[str]
    protocol: Protocol
    recorded: Optional[Recorded]
    # Numbers may differ by this share of the recorded one.
    tolerance: float


class Checked(TypedDict):
    """A check that passed, or was left out."""

    name: str
    text: str
    # Whether anything was asked.
    asked: bool


class Unanswered(Exception):
    """No answer that counts; the message says what came instead, and `asked` to which row."""

    def __init__(self, message: str, asked: str = "") -> None:
        super().__init__(message)
        self.asked = asked


class Running:
    """What serves: a Service, or one of its pods."""

    def __init__(self, api: Api, checks: Checks, pod: Optional[str]) -> None:
        self.api, self.checks, self.pod = api, checks, pod
        core = f"/api/v1/namespaces/{quoted(api.namespace)}"
        service = checks["service"]
        if service is None:
            self.shown = f"pod {pod}"
            self.base = f"{core}/pods/{quoted(pod or '')}:{checks['protocol']['port']}/proxy"
        else:
            self.shown = f"service {service}"
            self.base = f"{core}/services/{':'.join(quoted(part) for part in service.split(':'))}/proxy"

    def checked(self) -> tuple[list[Checked], Optional[Reason]]:
        """The checks that passed, and why the next one did not."""
        passed: list[Checked] = []
        if self.checks["names"] and self.checks["service"] is None and self.pod is None:
            return [{"name": "checks", "text": "no pod runs that could be asked", "asked": False}], None
        for name, check in (("health", self.health), ("answer", self.answer)):
            if name not in self.checks["names"]:
                continue
            try:
                asked, text = check()
                passed.append({"name": name, "text": text, "asked": asked})
            except Unanswered as error:
                return passed, {"code": name, "detail": f"{self.shown}: {error}", "asked": error.asked}
            except Refused as error:
                return passed, {
                    "code": name,
                    "detail": f"{self.shown} may not be asked: {error.reason.get('detail', '')}",
                }
            except Exception as error:
                # What it answers is its own: whatever cannot be made of it is no answer.
                return passed, {"code": name, "detail": f"{self.shown} gives no answer that counts: {words_for(error)}"}
        return passed, None

    def health(self) -> tuple[bool, str]:
        path = self.checks["protocol"]["health"]
        if path is None:
            return False, "the server has no path for that"
        self.until_answered(lambda: self.asked("GET", path))
        return True, f"GET {path} of {self.shown} answered"

    def answer(self) -> tuple[bool, str]:
        recorded, protocol = self.checks["recorded"], self.checks["protocol"]
        if recorded is None:
            why = "nothing says what the judged image answers: give --report, of the run that judged it"
            return False, f"not compared: {why}"
        if kind_of(protocol) != "json":
            why = f"serve.request is {kind_of(protocol)}, and only JSON is sent by way of the cluster"
            return False, f"not compared: {why}"
        row = recorded["instance"]
        body = json.loads(body_of(protocol, [row]) or b"null")
        data = self.until_answered(lambda: self.asked("POST", route_of(protocol, [row]), body))
        try:
            found = predictions_of(protocol, data.decode("utf-8", "replace"), 1)
        except NoPredictions as error:
            raise Unanswered(f"POST {protocol['route']}: {error}") from None
        if not same(recorded["predictions"], found, self.checks["tolerance"]):
            answered = f"answers {shown(found)}, and the judged image answered {shown(recorded['predictions'])}"
            raise Unanswered(f"POST {protocol['route']} {answered}", shown(recorded["instance"]))
        return True, f"POST {protocol['route']} of {self.shown} answers as the judged image did"

    def until_answered(self, ask: Callable[[], bytes]) -> bytes:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return ask()
            except Unanswered:
                if time.monotonic() > ends:
                    raise
            time.sleep(PAUSE)

    def asked(self, method: str, path: str, body: object = None) -> bytes:
        try:
            return self.api.behind(method, self.base + path, body)
        except (Missing, Rejected, Silent) as error:
            raise Unanswered(f"{method} {path}: {shortened(str(error), SHOWN) or 'it was refused'}") from None


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return shortened(text, SHOWN)


Rights = Sequence[tuple[str, str, str]]


def askable(checks: Checks) -> list[str]:
    """The checks that can be asked: without a record there is nothing to compare an answer with."""
    return [name for name in checks["names"] if name != "answer" or checks["recorded"] is not None]


def rights_for(checks: Checks) -> Rights:
    """What asking needs."""
    wanted = {"health": "get", "answer": "create"}
    resource = "pods/proxy" if checks["service"] is None else "services/proxy"
    return [(verb, "", resource) for name, verb in wanted.items() if name in checks["names"]]
