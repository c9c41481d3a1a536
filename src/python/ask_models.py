"""Asks served models, as a client would: for their health, and for predictions.

Called as `ask_models.py SPEC`, SPEC being the JSON of a `Spec`. The instances are lines of JSON or, with `rows`, a
JSON list. Every model gets every request, in the same order and at the same time: the next one when all have
answered, or at a pace of so many a second, or as the file recorded it (lines {"at": seconds, "instance": ...}).
Writes the JSON of an `Outcome`, with `error` beside what there is when a model did not answer, and ends with 0.
`load_test.py` uses its functions.
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

from json_forms import specification, write

Pace = Union[float, Literal["recorded"], None]
# An instance, and when it was sent where the file says so.
Request = tuple[object, Optional[float]]


class RequiredSpec(TypedDict):
    # Addresses of the models by their names.
    urls: dict[str, str]
    # The file of instances, and whether it is one list.
    instances: str
    rows: bool
    # Where the outcome is written.
    results: str
    timeoutSeconds: float


class Spec(RequiredSpec, total=False):
    # Only the first so many instances.
    most: Optional[int]
    # Requests a second, or as recorded.
    pace: Pace


class Health(TypedDict):
    status: int
    seconds: float


class Answer(TypedDict):
    # 0 where there was no answer: the text says why.
    status: int
    text: str
    seconds: float


class RequiredOutcome(TypedDict):
    health: dict[str, Health]
    answers: dict[str, list[Answer]]


class Outcome(RequiredOutcome, total=False):
    error: str


class Unanswered(Exception):
    """A model that does not answer, and why."""


def get(url: str, timeout: float = 10) -> tuple[int, str]:
    # The service is a neighbour: a proxy of the site has nothing to do with it.
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
    """The instances of a file; a line with nothing but a number `at` and `instance` is a recorded one."""
    return [instance for instance, _ in read_requests(path, rows)]


def read_requests(path: str, rows: bool) -> list[Request]:
    # A carriage return is white space to JSON, and ends no line.
    with Path(path).open(encoding="utf-8", newline="\n") as file:
        lines = json.load(file) if rows else [json.loads(line) for line in file if line.strip()]
    if not isinstance(lines, list):
        raise ValueError("the instances are not a list")
    if not lines:
        raise ValueError("there is no instance to send")
    return [(line, None) if rows else request_of(line) for line in lines]


def request_of(line: object) -> Request:
    """As `readRequests` of replay.ts has it; a table may have such columns, too."""
    if isinstance(line, dict) and set(line) == {"at", "instance"} and type(line["at"]) in (int, float):
        return line["instance"], line["at"]
    return line, None


class Client:
    """A connection that is kept from one request to the next, as clients do; opened again when it was closed."""

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
            # A server may close a kept connection at any time; a new one is asked once.
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
        # Whoever is asked first has the machine to itself for a moment: that changes every time.
        for thread in threads if index % 2 == 0 else threads[::-1]:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def due_after(index: int, requests: list[Request], pace: Pace) -> Optional[float]:
    """How many seconds after the first request another one is sent; None where it does not wait."""
    if pace == "recorded":
        return (requests[index][1] or 0) - (requests[0][1] or 0)
    return index / pace if pace else None


def fill(outcome: Outcome, spec: Spec) -> None:
    """What was found is in the outcome also where asking ends in an error."""
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
