"""Answers the questions of Argo Rollouts and Flagger about candidates, apart from HTTP.

- `POST /judgement` begins, or goes on with, the trial of a revision, and says how it stands; `GET` only says that.
- `POST /flagger/TYPE` answers webhooks of Flagger: 200 lets it go on, 409 does not, with the reason as the body.
- `GET /health`
"""

from collections.abc import Callable
from typing import NamedTuple, TypedDict, Union

from analysis_input import Question, Refused, Webhook, in_body, in_query, pairs_of, question_of, webhook_of
from analysis_services import ask_service
from analysis_trial import Check, Plan, Trial, Tried, Verdict
from analysis_trials import Trials
from serving_protocol import Protocol

OK, NOT_FOUND, NO_METHOD, CONFLICT = 200, 404, 405, 409


class Configuration(TypedDict):
    plan: Plan
    checks: dict[str, Check]
    protocol: Protocol
    tolerance: float
    # What is asked about.
    rows: list[object]
    # For one answer, and its largest size.
    seconds: float
    bytes: float


class Answer(NamedTuple):
    status: int
    # As JSON, or as text.
    body: Union[Verdict, dict[str, str], str]


class Analysis:
    """Answers questions, apart from HTTP."""

    def __init__(self, configuration: Configuration, services: str, say: Callable[[str], None]) -> None:
        plan, protocol = configuration["plan"], configuration["protocol"]
        seconds, most = configuration["seconds"], configuration["bytes"]
        self.steps, self.pairs = len(plan["steps"]), pairs_of(services)
        self.trials = Trials(
            Tried(
                plan,
                configuration["checks"],
                configuration["rows"],
                configuration["tolerance"],
                lambda address, row: ask_service(address, protocol, row, seconds, most),
            ),
            self.pairs,
            say,
        )
        self.webhooks: dict[str, Callable[[Webhook], Answer]] = {
            "rollout": self.rollout,
            "confirm-traffic-increase": self.confirm_traffic_increase,
            "confirm-promotion": self.confirm_promotion,
            "rollback": self.rollback,
            "post-rollout": self.post_rollout,
        }

    def get(self, path: str, query: str) -> Answer:
        if path == "/health":
            return Answer(OK, {"status": "ok"})
        if path == "/judgement":
            return self.look(question_of(in_query(query), self.pairs, self.steps))
        raise refused(path)

    def post(self, path: str, body: bytes) -> Answer:
        if path == "/judgement":
            return self.judge(question_of(in_body(body), self.pairs, self.steps))
        webhook = self.webhooks.get(path[len("/flagger/") :]) if path.startswith("/flagger/") else None
        if webhook is None:
            raise refused(path)
        return webhook(webhook_of(body, self.pairs))

    def look(self, asked: Question) -> Answer:
        trial = self.trials.found(asked.pair, asked.checksum)
        if trial is None:
            raise Refused(NOT_FOUND, f"{asked.checksum} is not judged here: POST begins it")
        return Answer(OK, trial.verdict(asked.step))

    def judge(self, asked: Question) -> Answer:
        trial = self.trials.begin(asked.pair, asked.checksum)
        if trial is None:
            return Answer(OK, replaced(asked.checksum))
        trial.go_on(asked.step)
        return Answer(OK, trial.verdict(asked.step))

    def rollout(self, webhook: Webhook) -> Answer:
        """Keeps the trial going. A failure is told here, since Flagger logs the body of this webhook."""
        trial = self.trials.begin(webhook.pair, webhook.checksum)
        if trial is None:
            return Answer(OK, replaced(webhook.checksum)["text"])
        trial.go_on(trial.grown + 1)
        found = trial.verdict(self.steps)
        return Answer(CONFLICT if found["verdict"] == "failed" else OK, found["text"])

    def begun(self, webhook: Webhook) -> Trial:
        trial = self.trials.begin(webhook.pair, webhook.checksum)
        if trial is None:
            raise Refused(CONFLICT, replaced(webhook.checksum)["text"])
        return trial

    def confirm_traffic_increase(self, webhook: Webhook) -> Answer:
        """Each time that traffic is to grow, the requests of one more step must have shown nothing against it.

        Flagger does not say which step it is. A yes that it did not hear counts all the same, which asks more of the
        candidate and never less.
        """
        trial = self.begun(webhook)
        step = min(trial.grown + 1, self.steps)
        trial.go_on(step)
        found = trial.verdict(step)
        # What stays open at the end keeps it from being promoted, and not from there.
        if trial.broken or found["verdict"] == "failed" or not (found["verdict"] == "passed" or trial.has_asked(step)):
            return Answer(CONFLICT, found["text"])
        trial.grown = step
        return Answer(OK, found["text"])

    def confirm_promotion(self, webhook: Webhook) -> Answer:
        trial = self.begun(webhook)
        trial.go_on(self.steps)
        found = trial.verdict(self.steps, webhook.approved)
        return Answer(OK if found["verdict"] == "passed" else CONFLICT, found["text"])

    def rollback(self, webhook: Webhook) -> Answer:
        """Here 200 takes the candidate back."""
        trial = self.trials.found(webhook.pair, webhook.checksum)
        if trial is None:
            return Answer(CONFLICT, "nothing is known of it")
        found = trial.verdict(self.steps)
        return Answer(OK if found["verdict"] == "failed" else CONFLICT, found["text"])

    def post_rollout(self, webhook: Webhook) -> Answer:
        """Says why a candidate was taken back, where it was by this: Flagger logs the body of a failure alone."""
        trial = self.trials.found(webhook.pair, webhook.checksum)
        found = None if trial is None else trial.verdict(self.steps)
        if found is None or found["verdict"] != "failed":
            return Answer(OK, "")
        return Answer(CONFLICT, found["text"])


def refused(path: str) -> Refused:
    if path in ("/health", "/judgement") or path.startswith("/flagger/"):
        return Refused(NO_METHOD, "there is GET /health, GET and POST /judgement, POST /flagger/TYPE")
    return Refused(NOT_FOUND, "there is /judgement, /flagger/TYPE and /health")


def replaced(checksum: str) -> Verdict:
    return {
        "verdict": "inconclusive",
        "check": "",
        "value": None,
        "limit": None,
        "setting": "",
        "requests": 0,
        "text": f"{checksum} was replaced by another revision, which is judged now",
    }
