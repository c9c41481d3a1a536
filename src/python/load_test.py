"""Load-tests one or two served models with Locust and records the latency of each request.

Called as `load_test.py SPEC`, where SPEC is the JSON of a `Spec`. The instances are JSON lines or, with `rows`, a JSON
list. Requests alternate between the models, and so does which one goes first, so that other load on the machine
affects both alike. All times are in milliseconds and without warm-up; they are null for a failed request. The test
stops early for a model that only fails.

It exits with 0 and writes {"models": {NAME: the JSON of a `Measured`}} or {"error": ...}.
"""

import sys
import time
import urllib.parse
from typing import Any, Callable, Optional, TypedDict

import gevent
from ask_models import (
    Client,
    Health,
    Unanswered,
    first_ended,
    read_instances,
    stats_of,
    tell,
    tell_of_server,
    wait_for_health,
)
from geventhttpclient.client import HTTPClient
from locust import FastHttpUser
from locust.env import Environment
from serving_client import headers_for
from serving_protocol import NoPredictions, Protocol, body_of, content_type, predictions_of, route_of
from typed_json import specification, write

WARM_UP_REQUESTS = 10
WARM_UP_BATCHES = 2
MIN_REQUESTS = 30
MIN_BATCHES = 10
# Shares of the time budget of all models together.
SINGLE, BATCH, THROUGHPUT = 0.5, 0.25, 0.25
THROUGHPUT_SLICES = 2
# The minimum number of requests may exceed the budget, but takes at most this long per model.
MAX_SECONDS = 20
# A model whose first requests all fail is given up after this many.
MAX_FAILURES = 5
MAX_EXAMPLES = 3
MAX_SHOWN = 1000
OK = 200

# It would name itself before all other headers.
HTTPClient.DEFAULT_HEADERS.clear()

Instances = list[object]
# Milliseconds; None for a failed request.
Timings = list[Optional[float]]


class Spec(TypedDict):
    # URLs of the models and of their `Stats`, and how each is asked, by the models' names.
    urls: dict[str, str]
    stats: dict[str, str]
    protocols: dict[str, Protocol]
    # The file of instances, and whether it is one JSON list instead of lines.
    instances: str
    rows: bool
    # The file for the outcome.
    results: str
    requests: int
    batchSize: int
    users: int
    budgetSeconds: float
    # For one answer, and its largest size.
    answerSeconds: float
    answerBytes: float


class Measured(TypedDict):
    single: Timings
    # None of a server that takes one row a request.
    batch: Timings
    # Requests answered to concurrent clients, and the duration of that test in seconds.
    answered: int
    seconds: float
    readySeconds: Optional[float]
    peakMemoryBytes: Optional[float]
    errors: int
    examples: list[str]
    # The first body that was not answered as it should.
    request: Optional[str]


class Late(Exception):
    """An answer takes longer than allowed; the message names the limit."""


class Model:
    """One served model: a Locust user with its own connection, and its measurements."""

    def __init__(self, environment: Environment, name: str, spec: Spec) -> None:
        self.name = name
        self.protocol = spec["protocols"][name]
        url, seconds = spec["urls"][name], spec["answerSeconds"]
        self.port = urllib.parse.urlsplit(url).port
        self.answer_seconds = seconds
        self.user_class = type(name, (FastHttpUser,), {"host": url, "network_timeout": seconds})
        self.user: Any = self.user_class(environment)
        self.single: Timings = []
        self.batch: Timings = []
        self.answered, self.seconds = 0, 0.0
        self.errors = 0
        self.examples: list[str] = []
        self.request: Optional[str] = None

    def ask(self, instances: Instances, timings: Timings) -> None:
        """Times one request; a failed one adds an error and the timing None."""
        body = body_of(self.protocol, instances)
        try:
            with self.limit():
                self.ask_and_wait(instances, body, timings)
        except Late as late:
            # The rest of the answer would be taken for the next one.
            self.user = self.user_class(self.user.environment)
            timings.append(None)
            self.failed(str(late), body)

    def limit(self) -> gevent.Timeout:
        late = Late(f"no whole answer within {self.answer_seconds:g} s, the limit of limits.answer-seconds")
        return gevent.Timeout(self.answer_seconds, late)

    def ask_and_wait(self, instances: Instances, body: bytes, timings: Timings) -> None:
        headers = headers_for(self.port, body, content_type(self.protocol, body))
        route, sent = route_of(self.protocol, instances), len(instances)
        with self.user.client.post(route, data=body, headers=headers, name=self.name, catch_response=True) as response:
            reason = problem_with(self.protocol, response, sent)
            # Until the body was read, including the connection where it was not kept alive.
            took = response.request_meta["response_time"]
            if reason is None:
                response.success()
            else:
                response.failure(reason)
        timings.append(round(took, 3) if reason is None else None)
        if reason is not None:
            self.failed(reason, body)

    def failed(self, reason: str, body: bytes) -> None:
        self.errors += 1
        if self.request is None:
            self.request = body[:MAX_SHOWN].decode("utf-8", "replace")
        if reason not in self.examples and len(self.examples) < MAX_EXAMPLES:
            self.examples.append(reason)

    def answers_until(self, ends: float, instances: Instances, start: int) -> int:
        """Sends single requests one after another from another client and returns how many were answered."""
        user: Any = self.user_class(self.user.environment)
        answered = 0
        while time.monotonic() < ends:
            asked = [instances[(start + answered) % len(instances)]]
            route, body = route_of(self.protocol, asked), body_of(self.protocol, asked)
            try:
                with self.limit():
                    headers = headers_for(self.port, body, content_type(self.protocol, body))
                    response = user.client.post(route, data=body, headers=headers, name=self.name)
            except Late as late:
                self.failed(str(late), body)
                break
            reason = problem_with(self.protocol, response, 1)
            if reason is not None:
                self.failed(reason, body)
                break
            answered += 1
        return answered


def refusal(response: Any) -> str:
    text = (response.text or "").strip()[:200]
    return f"HTTP {response.status_code} {text}" if response.status_code else f"no answer ({response.error})"


def problem_with(protocol: Protocol, response: Any, expected: int) -> Optional[str]:
    """Why a response counts as failed; None if it is as it should be."""
    if response.status_code != OK:
        return refusal(response)
    try:
        predictions = predictions_of(protocol, response.text or "", expected)
    except NoPredictions as problem:
        return str(problem)
    return "a prediction is null" if None in predictions else None


def ask_alternately(
    models: list[Model],
    bodies: list[Instances],
    timings: Callable[[Model], Timings],
    count: int,
    minimum: int,
    seconds: float,
) -> None:
    """Sends each body to all models, until there are `count` requests, or `minimum` ones and the time is over."""
    started = time.monotonic()
    for index in range(count):
        spent = time.monotonic() - started
        if spent > (seconds if index >= minimum else MAX_SECONDS * len(models)):
            break
        if any(only_failures(timings(model)) for model in models):
            break
        ordered = models if index % 2 == 0 else models[::-1]
        for model in ordered:
            model.ask(bodies[index % len(bodies)], timings(model))


def only_failures(timings: Timings) -> bool:
    return len(timings) >= MAX_FAILURES and all(one is None for one in timings)


def warm_up(models: list[Model], singles: list[Instances], batched: list[Model], batches: list[Instances]) -> None:
    # The first one was sent before, by a client that takes an answer piece by piece.
    ask_alternately(models[::-1], singles[1:] + singles[:1], lambda model: [], WARM_UP_REQUESTS - 1, 1, SINGLE)
    ask_alternately(batched, batches, lambda model: [], WARM_UP_BATCHES, 1, SINGLE)
    for model in models:
        model.errors, model.examples, model.request = 0, [], None


def throughput(models: list[Model], instances: Instances, users: int, seconds: float) -> None:
    """Counts the answers to concurrent clients, in time slices that alternate between the models."""
    each = seconds / (THROUGHPUT_SLICES * len(models))
    for _ in range(THROUGHPUT_SLICES):
        for model in models:
            began = time.monotonic()
            clients = [gevent.spawn(model.answers_until, began + each, instances, number) for number in range(users)]
            gevent.joinall(clients)
            model.seconds += time.monotonic() - began
            model.answered += sum(client.value or 0 for client in clients)


def measure(spec: Spec) -> dict[str, Measured]:
    instances = read_instances(spec["instances"], spec["rows"])
    ready = {
        name: wait_for_health(url, spec["protocols"][name], spec["stats"][name]) for name, url in spec["urls"].items()
    }
    for name, url in spec["urls"].items():
        client = Client(url, spec["protocols"][name], spec["answerSeconds"], spec["answerBytes"])
        require_end_of_answer(name, client, instances[0])
    environment = Environment()
    models = [Model(environment, name, spec) for name in spec["urls"]]
    singles = [[instance] for instance in instances]
    batched = [model for model in models if not model.protocol["single"]]
    batches = [
        [instances[(start + at) % len(instances)] for at in range(spec["batchSize"])]
        for start in range(0, len(instances), spec["batchSize"])
    ]
    warm_up(models, singles, batched, batches)
    budget = spec["budgetSeconds"] * len(models)
    ask_alternately(models, singles, lambda model: model.single, spec["requests"], MIN_REQUESTS, SINGLE * budget)
    batch_requests = max(MIN_BATCHES, spec["requests"] // 5)
    ask_alternately(batched, batches, lambda model: model.batch, batch_requests, MIN_BATCHES, BATCH * budget)
    throughput(models, instances, spec["users"], min(THROUGHPUT * budget, 1.0 * len(models)))
    for model in models:
        if all(one is None for one in model.single):
            tell(model.protocol, model.request or "", "; ".join(model.examples), spec["stats"][model.name])
    return {model.name: outcome(model, spec, ready[model.name]) for model in models}


def require_end_of_answer(name: str, client: Client, instance: object) -> None:
    """Stops before the load test, whose client takes an answer whole, at a model whose answer does not end."""
    answer = client.predict(instance)
    if "limits." in answer["text"] and answer["status"] == 0:
        raise Unanswered(f"POST {client.protocol['route']} of {name}: {answer['text']}")


def outcome(model: Model, spec: Spec, ready: Health) -> Measured:
    # A server without statistics leaves a load test that is useful all the same.
    stats = stats_of(spec["stats"][model.name])
    return {
        "single": model.single,
        "batch": model.batch,
        "answered": model.answered,
        "seconds": model.seconds,
        "readySeconds": stats.get("readySeconds", ready["seconds"]),
        "peakMemoryBytes": stats.get("peakMemoryBytes"),
        "errors": model.errors,
        "examples": model.examples,
        "request": model.request,
    }


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    try:
        found: dict[str, object] = {"models": measure(spec)}
    except (OSError, ValueError, Unanswered) as error:
        found = {"error": str(error) or type(error).__name__}
        for stats in spec["stats"].values():
            tell_of_server(stats)
        ended = first_ended(spec["stats"])
        if ended is not None:
            found["ended"] = ended
    write(found, spec["results"])


main()
