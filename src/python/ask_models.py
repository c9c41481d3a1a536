"""Checks the health of served models and requests predictions from them, as a client would.

Called as `ask_models.py SPEC`, where SPEC is the JSON of a `Spec`. The instances are JSON lines or, with `rows`, a
JSON list. Every model gets every request, in the same order and at the same time. The next request follows when all
have answered, or at a fixed rate, or as the file recorded it (lines {"at": seconds, "instance": ...}).

It writes the JSON of an `Outcome` and exits with 0. When a model does not answer, the outcome also has an `error`.
"""

import http.client
import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Literal, Optional, TypedDict, Union

from typed_json import specification, write

Pace = Union[float, Literal["recorded"], None]
# An instance, and the time in seconds at which it was sent, if the file has one.
Request = tuple[object, Optional[float]]


class RequiredSpec(TypedDict):
    # URLs of the models by name.
    urls: dict[str, str]
    # The file of instances, and whether it is one JSON list instead of lines.
    instances: str
    rows: bool
    # The file for the outcome.
    results: str
    timeoutSeconds: float


class Spec(RequiredSpec, total=False):
    # The largest number of instances to send; all by default.
    most: Optional[int]
    # Requests per second, or as recorded; as fast as the models answer by default.
    pace: Pace


class Health(TypedDict):
    status: int
    seconds: float


class Answer(TypedDict):
    # The HTTP status, or 0 when there was no response; the text then says why.
    status: int
    text: str
    seconds: float


class RequiredOutcome(TypedDict):
    health: dict[str, Health]
    answers: dict[str, list[Answer]]


class Outcome(RequiredOutcome, total=False):
    error: str


class Unanswered(Exception):
    """A model did not answer; the message says why."""


def get(url: str, timeout: float = 10) -> tuple[int, str]:
    # The service runs next to this container, so the site's proxy must not be used.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=timeout) as response:
        return response.status, response.read().decode("utf-8", "replace")


def wait_for_health(url: str, seconds: float) -> Health:
    started = time.monotonic()
    while True:
        try:
            status, _ = get(url + "/health", timeout=5)
            return {"status": status, "seconds": time.monotonic() - started}
        except urllib.error.HTTPError as error:
            last = f"HTTP {error.code}"
        except (OSError, http.client.HTTPException) as error:
            last = str(getattr(error, "reason", error))
        if time.monotonic() - started > seconds:
            raise Unanswered(f"no healthy answer from GET /health within {seconds} s: {last}")
        time.sleep(0.05)


def read_instances(path: str, rows: bool) -> list[object]:
    """The instances of a file, without the times of recorded ones."""
    return [instance for instance, _ in read_requests(path, rows)]


def read_requests(path: str, rows: bool) -> list[Request]:
    # JSON counts a carriage return as white space, so only a newline may end a line.
    with Path(path).open(encoding="utf-8", newline="\n") as file:
        lines = json.load(file) if rows else [json.loads(line) for line in file if line.strip()]
    if not isinstance(lines, list):
        raise ValueError("the instances are not a list")
    if not lines:
        raise ValueError("there is no instance to send")
    return [(line, None) if rows else request_of(line) for line in lines]


def request_of(line: object) -> Request:
    """The request of a line, which is a recorded one if `at`, a number, and `instance` are its only keys.

    `readRequests` in replay.ts has the same rule.
    """
    if isinstance(line, dict) and set(line) == {"at", "instance"} and type(line["at"]) in (int, float):
        return line["instance"], line["at"]
    return line, None


class Client:
    """Keeps one connection for all requests, as real clients do, and reopens it when it was closed."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port
        self.connection: Optional[http.client.HTTPConnection] = None

    def predict(self, instance: object) -> Answer:
        body = json.dumps({"instances": [instance]}).encode()
        started = time.perf_counter()
        try:
            status, text = self.post(body)
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            status, text = 0, str(error) or type(error).__name__
        return {"status": status, "text": text, "seconds": time.perf_counter() - started}

    def post(self, body: bytes) -> tuple[int, str]:
        kept = self.connection
        connection = kept or http.client.HTTPConnection(self.host, self.port, timeout=60)
        self.connection = connection
        try:
            connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
        except (ConnectionError, http.client.BadStatusLine):
            # A server may close a kept connection at any time, so retry once on a new one.
            if kept is None:
                raise
            self.connection = None
            return self.post(body)
        text = response.read().decode("utf-8", "replace")
        if response.will_close:
            self.connection = None
        return response.status, text


def replay(urls: dict[str, str], requests: list[Request], pace: Pace) -> dict[str, list[Answer]]:
    """Sends each request to all models at once."""
    clients = {name: Client(url) for name, url in urls.items()}
    answers: dict[str, list[Answer]] = {name: [] for name in urls}

    def ask(name: str, instance: object) -> None:
        answers[name].append(clients[name].predict(instance))

    started = time.monotonic()
    for index, (instance, _) in enumerate(requests):
        due = due_after(index, requests, pace)
        if due is not None:
            time.sleep(max(0.0, started + due - time.monotonic()))
        threads = [threading.Thread(target=ask, args=(name, instance)) for name in clients]
        # The first model has the machine to itself for a moment, so alternate which one that is.
        for thread in threads if index % 2 == 0 else threads[::-1]:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def due_after(index: int, requests: list[Request], pace: Pace) -> Optional[float]:
    """The time of a request in seconds after the first; None if it is sent without waiting."""
    if pace == "recorded":
        return (requests[index][1] or 0) - (requests[0][1] or 0)
    return index / pace if pace else None


def fill(outcome: Outcome, spec: Spec) -> None:
    """Fills the outcome in place, so that it keeps partial results when an exception is raised."""
    pace = spec.get("pace")
    for name, url in spec["urls"].items():
        outcome["health"][name] = wait_for_health(url, spec["timeoutSeconds"])
    requests = read_requests(spec["instances"], spec["rows"])[: spec.get("most")]
    if pace == "recorded" and any(at is None for _, at in requests):
        raise ValueError('the pace is to be as recorded, and not every line is {"at": seconds, "instance": ...}')
    outcome["answers"] = replay(spec["urls"], requests, pace)


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    outcome: Outcome = {"health": {}, "answers": {}}
    try:
        fill(outcome, spec)
    except (OSError, ValueError, Unanswered) as error:
        outcome["error"] = str(error) or type(error).__name__
    write(outcome, spec["results"])


if __name__ == "__main__":
    main()
