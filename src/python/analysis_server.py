"""Tells Argo Rollouts and Flagger whether a candidate may go on.

Called as `analysis_server.py CONFIGURATION`, with the JSON of a `Configuration`. `ANALYSIS_SERVICES` names the services
that may be asked, CANARY/STABLE with commas between pairs, and `PORT` where it listens. What it knows is in memory: a
server that was started anew judges anew.

- `POST /judgement` begins, or goes on with, the trial of a revision, and says how it stands; `GET` only says that.
- `POST /flagger/TYPE` answers webhooks of Flagger: 200 lets it go on, 409 does not, with the reason as the body.
- `GET /health`
"""

import json
import os
import signal
import socket
import sys
import threading
import urllib.parse
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, TypedDict, Union

from analysis_input import Question, Refused, Webhook, in_body, in_query, pairs_of, question_of, webhook_of
from analysis_services import ask_service
from analysis_trial import Check, Plan, Tried, Verdict
from analysis_trials import Trials
from request_body import BodyTooLarge, UnreadableBody, read_body
from serving_protocol import Protocol
from typed_json import read

OK, BAD_REQUEST, NOT_FOUND, NO_METHOD, CONFLICT, TOO_LARGE = 200, 400, 404, 405, 409, 413
# A question is short. Bytes, seconds, and connections at a time.
LARGEST, PATIENCE, CONNECTIONS = 65_536, 10.0, 32


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
        return self.other(path)

    def post(self, path: str, body: bytes) -> Answer:
        if path == "/judgement":
            return self.judge(question_of(in_body(body), self.pairs, self.steps))
        webhook = self.webhooks.get(path[len("/flagger/") :]) if path.startswith("/flagger/") else None
        return self.other(path) if webhook is None else webhook(webhook_of(body, self.pairs))

    def other(self, path: str) -> Answer:
        if path in ("/health", "/judgement") or path.startswith("/flagger/"):
            raise Refused(NO_METHOD, "there is GET /health, GET and POST /judgement, POST /flagger/TYPE")
        raise Refused(NOT_FOUND, "there is /judgement, /flagger/TYPE and /health")

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

    def confirm_traffic_increase(self, webhook: Webhook) -> Answer:
        """Each time that traffic is to grow, the requests of one more step must have shown nothing against it.

        Flagger does not say which step it is. A yes that it did not hear counts all the same, which asks more of the
        candidate and never less.
        """
        trial = self.trials.begin(webhook.pair, webhook.checksum)
        if trial is None:
            return Answer(CONFLICT, replaced(webhook.checksum)["text"])
        step = min(trial.grown + 1, self.steps)
        trial.go_on(step)
        found = trial.verdict(step)
        # What stays open at the end keeps it from being promoted, and not from there.
        if found["verdict"] == "failed" or not (found["verdict"] == "passed" or trial.has_asked(step)):
            return Answer(CONFLICT, found["text"])
        trial.grown = step
        return Answer(OK, found["text"])

    def confirm_promotion(self, webhook: Webhook) -> Answer:
        trial = self.trials.begin(webhook.pair, webhook.checksum)
        if trial is None:
            return Answer(CONFLICT, replaced(webhook.checksum)["text"])
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


def handler_of(analysis: Analysis) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "ml-pipeline", ""
        timeout = PATIENCE

        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            self.answer(lambda: analysis.get(parts.path, parts.query))

        def do_POST(self) -> None:
            self.answer(lambda: analysis.post(urllib.parse.urlsplit(self.path).path, self.body()))

        def body(self) -> bytes:
            try:
                return read_body(self.headers, self.rfile, LARGEST)
            except BodyTooLarge:
                raise Refused(TOO_LARGE, f"the body has more than {LARGEST:,} bytes") from None
            except UnreadableBody as error:
                raise Refused(BAD_REQUEST, str(error)) from None

        def answer(self, work: Callable[[], Answer]) -> None:
            try:
                status, body = work()
            except Refused as error:
                status, body = error.status, str(error)
            is_text = isinstance(body, str)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8" if is_text else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_request(self, code: Union[int, str] = "-", size: Union[int, str] = "-") -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    """Has no more than so many connections at a time."""

    daemon_threads = True

    def __init__(self, port: int, analysis: Analysis) -> None:
        super().__init__(("", port), handler_of(analysis))
        self.places = threading.BoundedSemaphore(CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Who closes a connection before the answer, or says nothing, is nobody's fault.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, socket.timeout)):
            super().handle_error(request, client_address)


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    configuration = read(Configuration, sys.argv[1])
    try:
        analysis = Analysis(configuration, os.environ.get("ANALYSIS_SERVICES", ""), say)
    except ValueError as error:
        sys.exit(f"ANALYSIS_SERVICES: {error}")
    # The first process of a container does not end by itself when it is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(os.environ.get("PORT", "8080")), analysis)
    say(f"judges {', '.join(' beside '.join(pair) for pair in analysis.pairs)} on port {server.server_port}")
    server.serve_forever()


if __name__ == "__main__":
    main()
