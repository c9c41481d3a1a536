"""Checks the health of served models and requests predictions from them, as a client would.

Called as `ask_models.py SPEC`, where SPEC is the JSON of a `Spec`. The instances are JSON lines or, with `rows`, a
JSON list. Every model gets every request, in the same order and at the same time. The next request follows when all
have answered, or at a fixed rate, or as the file recorded it (lines {"at": seconds, "instance": ...}).

It writes the JSON of an `Outcome` and exits with 0. When a model does not answer, the outcome also has an `error`. What
a model was sent and answered that answers nothing as it should is printed, with the end of its server's output.
"""

import http.client
import json
import socket
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Optional, TypedDict, Union

from serving_client import get_status, headers_for, read_answer
from serving_protocol import NoPredictions, Protocol, body_of, content_type, predictions_of, route_of
from typed_json import SchemaMismatch, parse, specification, write
from within import read_up_to, within

# How often a server is asked for its health, and that program about it which started it.
HEALTH_PAUSE, STATS_PAUSE = 0.05, 1.0
# Longer than the kernel looks for a host that is gone.
STATS_SECONDS = 5.0
STATS_BYTES = 1e6
HEALTH_ANSWER_SECONDS, HEALTH_ANSWER_BYTES = 5.0, 1e6
# A model that leaves so many requests in a row without an answer is given up.
MAX_UNANSWERED = 5
OK, SERVER_ERRORS = 200, 500
SUCCESSES = range(200, 300)
NOT_FOUND = "HTTP 404"
# How much of a request and of an answer is kept to be shown, and of a server's output.
SHOWN = 1000
SHOWN_LINES = 20

AGAIN = "again"
Pace = Union[float, Literal["recorded"], None]
# An instance, and the time in seconds at which it was sent, if the file has one.
Request = tuple[object, Optional[float]]


class RequiredSpec(TypedDict):
    # URLs of the models by name, and how each is asked.
    urls: dict[str, str]
    protocols: dict[str, Protocol]
    # The file of instances, and whether it is one JSON list instead of lines.
    instances: str
    rows: bool
    # The file for the outcome.
    results: str
    # For one answer, and its largest size.
    answerSeconds: float
    answerBytes: float


class Spec(RequiredSpec, total=False):
    # URLs of the models' `Stats`, by the models' names.
    stats: dict[str, str]
    # The largest number of instances to send; all by default.
    most: Optional[int]
    # Requests per second, or as recorded; as fast as the models answer by default.
    pace: Pace
    # A model that gets all requests once more when all have answered; its second answers are those of AGAIN.
    again: Optional[str]
    # So many of the instances that were answered are sent in one request, when all have been sent alone.
    batch: Optional[int]


class Health(TypedDict):
    status: int
    seconds: float


class RequiredAnswer(TypedDict):
    # The HTTP status, or 0 when there was no response; the text then says why.
    status: int
    text: str
    seconds: float


class Answer(RequiredAnswer, total=False):
    # As many as rows were sent, or else why there are none.
    predictions: list[object]
    problem: str
    # The body that was sent, of the first answer and where there are no predictions.
    request: str


class BatchAnswer(TypedDict):
    # Which instances, by their places among all requests.
    places: list[int]
    answer: Answer


class RequiredOutcome(TypedDict):
    health: dict[str, Health]
    answers: dict[str, list[Answer]]


class End(TypedDict):
    exitCode: int
    said: str


class Ended(End):
    # The model whose server it was.
    name: str


class Outcome(RequiredOutcome, total=False):
    batches: dict[str, list[BatchAnswer]]
    error: str
    # Which of the servers has ended, and how, if one has.
    ended: Ended


class Listening(TypedDict):
    address: str
    port: int


class Stats(TypedDict, total=False):
    """What `serve_measured.py` reports about a server."""

    peakMemoryBytes: Optional[float]
    readySeconds: Optional[float]
    # Where the server's processes listen.
    listening: list[Listening]
    # The end of its output so far.
    said: str
    ended: Optional[End]


class Unanswered(Exception):
    """A model did not answer; the message says why."""


def get(url: str, seconds: float) -> str:
    """What the program beside a server says."""

    def answer() -> str:
        # The service runs next to this container, so the site's proxy must not be used.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=seconds) as response:
            return read_up_to(response, STATS_BYTES, seconds).decode("utf-8", "replace")

    return within(seconds, answer)


def health_status(url: str) -> int:
    return within(HEALTH_ANSWER_SECONDS, lambda: get_status(url, HEALTH_ANSWER_SECONDS, HEALTH_ANSWER_BYTES))


def wait_for_health(url: str, protocol: Protocol, stats: Optional[str] = None) -> Health:
    """Waits until a server is healthy; `stats` is the URL of its `Stats`, which say more when it does not become so."""
    path, seconds = protocol["health"], protocol["readySeconds"]
    what = "an answer" if path is None else f"GET {path}"
    started = asked = time.monotonic()
    while True:
        try:
            status = health_status(url + (path or "/"))
            if status in SUCCESSES or (path is None and status < SERVER_ERRORS):
                return {"status": status, "seconds": time.monotonic() - started}
            last = f"HTTP {status}"
        except (OSError, http.client.HTTPException) as error:
            last = str(getattr(error, "reason", error))
        now = time.monotonic()
        if stats is not None and now - asked > STATS_PAUSE:
            asked = now
            if has_ended(stats):
                raise Unanswered(f"the server ended before it answered {what}: {last}")
        if now - started > seconds:
            why = "" if stats is None else where_it_listens(url, stats)
            other = ", which is what serve.health says" if last == NOT_FOUND else ""
            limit = f"{seconds:g} s, the limit of serve.ready-seconds"
            raise Unanswered(f"no healthy answer from {what} within {limit}: {last}{other}{why}")
        time.sleep(HEALTH_PAUSE)


def has_ended(stats: str) -> bool:
    """Whether a server has ended: the program that started it says so, or has ended with it."""
    if end_of(stats) is not None:
        return True
    parts = urllib.parse.urlsplit(stats)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=STATS_SECONDS).close()
        return False
    except (TimeoutError, socket.timeout):
        # A machine without time to answer is no server that has ended.
        return False
    except OSError:
        # Nobody listens there any more, or there is no such host, as its network has gone with it.
        return True


def end_of(stats: str) -> Optional[End]:
    try:
        return parse(Stats, get(stats, STATS_SECONDS), stats).get("ended")
    except (OSError, http.client.HTTPException, SchemaMismatch):
        return None


def first_ended(stats: Mapping[str, str]) -> Optional[Ended]:
    """The first of several servers that has ended."""
    for name, url in stats.items():
        end = end_of(url)
        if end is not None:
            return {"name": name, **end}
    return None


def where_it_listens(url: str, stats: str) -> str:
    """Where a server listens instead of where it should, as the end of a sentence; empty when that is not known."""
    listening = stats_of(stats).get("listening")
    port = urllib.parse.urlsplit(url).port
    if listening is None:
        return ""
    if not listening:
        return f". It listens on no port; it should on {port}, the value of serve.port and $PORT"
    addresses = [one["address"] for one in listening if one["port"] == port]
    if not addresses:
        ports = sorted({one["port"] for one in listening})
        shown = ", ".join(str(one) for one in ports)
        return (
            f". It listens on port {shown}, and is asked on {port}: set serve.port = {ports[0]}, or let it take $PORT"
        )
    if all(address.startswith("127.") or address == "::1" for address in addresses):
        return f". It listens on {addresses[0]} alone, where only its own container reaches it; it should on 0.0.0.0"
    return ""


def stats_of(url: str) -> Stats:
    """What is known of a server; nothing where that cannot be read."""
    try:
        return parse(Stats, get(url, STATS_SECONDS), url)
    except (OSError, http.client.HTTPException, SchemaMismatch):
        return {}


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

    def __init__(self, url: str, protocol: Protocol, seconds: float, most: float) -> None:
        self.protocol, self.seconds, self.most = protocol, seconds, most
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port
        self.connection: Optional[http.client.HTTPConnection] = None
        self.is_first = True

    def predict(self, *instances: object) -> Answer:
        route, body = route_of(self.protocol, instances), body_of(self.protocol, instances)
        # What was asked, for whoever reads a failure.
        asked = body if route == self.protocol["route"] else route.encode()
        started = time.perf_counter()
        try:
            answer = within(self.seconds, lambda: self.timed(route, body))
        except (OSError, http.client.HTTPException) as error:
            # Another thread may still wait for the rest of an answer on the old connection.
            self.connection = None
            text = str(error) or type(error).__name__
            answer = {"status": 0, "text": text, "seconds": time.perf_counter() - started}
        return self.understood(answer, asked, len(instances))

    def understood(self, answer: Answer, body: bytes, sent: int) -> Answer:
        """With the predictions of an answer; its text is only to be shown then."""
        found: Answer = {**answer, "text": answer["text"][:SHOWN]}
        if answer["status"] == OK:
            try:
                found["predictions"] = predictions_of(self.protocol, answer["text"], sent)
            except NoPredictions as problem:
                found["problem"] = str(problem)
        if self.is_first or "predictions" not in found:
            self.is_first = False
            found["request"] = body[:SHOWN].decode("utf-8", "replace")
        return found

    def timed(self, route: str, body: bytes) -> Answer:
        started = time.perf_counter()
        status, text = self.post(route, body)
        return {"status": status, "text": text, "seconds": time.perf_counter() - started}

    def post(self, route: str, body: bytes) -> tuple[int, str]:
        kept = self.connection
        connection = kept or http.client.HTTPConnection(self.host, self.port, timeout=self.seconds + 1)
        self.connection = connection
        try:
            connection.request("POST", route, body, headers_for(self.port, body, content_type(self.protocol, body)))
            response = connection.getresponse()
        except (ConnectionError, http.client.BadStatusLine):
            # A server may close a kept connection at any time, so retry once on a new one.
            if kept is None:
                raise
            self.connection = None
            return self.post(route, body)
        text = read_answer(response, self.most, self.seconds).decode("utf-8", "replace")
        if response.will_close:
            self.connection = None
        return response.status, text


def client_of(spec: Spec, name: str) -> Client:
    return Client(spec["urls"][name], spec["protocols"][name], spec["answerSeconds"], spec["answerBytes"])


def replay(clients: dict[str, Client], requests: list[Request], pace: Pace) -> dict[str, list[Answer]]:
    """Sends each request to all models at once."""
    answers: dict[str, list[Answer]] = {name: [] for name in clients}

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
        for name, given in answers.items():
            last = given[-MAX_UNANSWERED:]
            if len(last) == MAX_UNANSWERED and all(one["status"] == 0 for one in last):
                raise Unanswered(f"{MAX_UNANSWERED} requests in a row were not answered by {name}: {last[-1]['text']}")
    return answers


def ask_in_batches(client: Client, requests: list[Request], answers: list[Answer], size: int) -> list[BatchAnswer]:
    """Sends what was answered once more, several instances a request, each batch from its end to its beginning."""
    places = [place for place, answer in enumerate(answers) if answer["status"] == OK]
    batches = [places[start : start + size][::-1] for start in range(0, len(places), size)]
    if client.protocol["single"]:
        return []
    return [
        {"places": batch, "answer": client.predict(*(requests[place][0] for place in batch))}
        for batch in batches
        if len(batch) > 1
    ]


def due_after(index: int, requests: list[Request], pace: Pace) -> Optional[float]:
    """The time of a request in seconds after the first; None if it is sent without waiting."""
    if pace == "recorded":
        return (requests[index][1] or 0) - (requests[0][1] or 0)
    return index / pace if pace else None


def fill(outcome: Outcome, spec: Spec) -> None:
    """Fills the outcome in place, so that it keeps partial results when an exception is raised."""
    pace = spec.get("pace")
    for name, url in spec["urls"].items():
        outcome["health"][name] = wait_for_health(url, spec["protocols"][name], spec.get("stats", {}).get(name))
    requests = read_requests(spec["instances"], spec["rows"])[: spec.get("most")]
    if pace == "recorded" and any(at is None for _, at in requests):
        raise ValueError('the pace is to be as recorded, and not every line is {"at": seconds, "instance": ...}')
    outcome["answers"] = replay({name: client_of(spec, name) for name in spec["urls"]}, requests, pace)
    again = spec.get("again")
    if again is not None:
        outcome["answers"][AGAIN] = replay({AGAIN: client_of(spec, again)}, requests, None)[AGAIN]

    size = spec.get("batch")
    if size is not None:
        outcome["batches"] = {
            name: ask_in_batches(client_of(spec, name), requests, outcome["answers"][name], size)
            for name in spec["urls"]
        }


def tell(protocol: Protocol, request: str, answer: str, stats: Optional[str]) -> None:
    """Prints what was sent and answered, and the last lines of the server."""
    print(f"POST {protocol['route']}\n{request}\n{answer}")
    tell_of_server(stats)


def tell_of_server(stats: Optional[str]) -> None:
    said = "" if stats is None else stats_of(stats).get("said", "").strip()
    if said:
        print("The last lines of the server:", *said.splitlines()[-SHOWN_LINES:], sep="\n")


def tell_of_unanswered(spec: Spec, answers: dict[str, list[Answer]]) -> None:
    """Tells of each model that answered nothing as it should: what is refused here and there may be meant so."""
    for name in spec["urls"]:
        given = answers.get(name, [])
        if given and not any("predictions" in one for one in given):
            first = given[0]
            answer = f"HTTP {first['status']} {first['text']}" if first["status"] else f"no answer: {first['text']}"
            tell(spec["protocols"][name], first.get("request", ""), answer, spec.get("stats", {}).get(name))


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    outcome: Outcome = {"health": {}, "answers": {}}
    try:
        fill(outcome, spec)
        tell_of_unanswered(spec, outcome["answers"])
    except (OSError, ValueError, Unanswered) as error:
        outcome["error"] = str(error) or type(error).__name__
        for stats in spec.get("stats", {}).values():
            tell_of_server(stats)
        ended = first_ended(spec.get("stats", {}))
        if ended is not None:
            outcome["ended"] = ended
    write(outcome, spec["results"])


if __name__ == "__main__":
    main()
