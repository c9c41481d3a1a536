"""Load-tests one or two served models with Locust and records the latency of each request.

Called as `load_test.py SPEC`, where SPEC is the JSON of a `Spec`. The instances are JSON lines or, with `rows`, a JSON
list. Requests alternate between the models, and so does which one goes first, so that other load on the machine
affects both alike. All times are in milliseconds and without warm-up; they are null for a failed request. The test
stops early for a model that only fails.

It exits with 0 and writes {"models": {NAME: the JSON of a `Measured`}} or {"error": ...}.
"""

import json
import sys
import time
from typing import Any, Callable, Optional, TypedDict

import gevent
from ask_models import Client, Health, Stats, Unanswered, first_ended, get, read_instances, wait_for_health
from locust import FastHttpUser
from locust.env import Environment
from typed_json import parse, specification, write

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
OK = 200

Instances = list[object]
# Milliseconds; None for a failed request.
Timings = list[Optional[float]]


class Spec(TypedDict):
    # URLs of the models and of their `Stats`, by the models' names.
    urls: dict[str, str]
    stats: dict[str, str]
    # The file of instances, and whether it is one JSON list instead of lines.
    instances: str
    rows: bool
    # The file for the outcome.
    results: str
    requests: int
    batchSize: int
    users: int
    # Until a model is healthy.
    timeoutSeconds: float
    budgetSeconds: float
    # For one answer, and its largest size.
    answerSeconds: float
    answerBytes: float


class Measured(TypedDict):
    single: Timings
    batch: Timings
    # Requests answered to concurrent clients, and the duration of that test in seconds.
    answered: int
    seconds: float
    readySeconds: Optional[float]
    peakMemoryBytes: Optional[float]
    errors: int
    examples: list[str]


class Late(Exception):
    """An answer takes longer than allowed; the message names the limit."""


class Model:
    """One served model: a Locust user with its own connection, and its measurements."""

    def __init__(self, environment: Environment, name: str, url: str, seconds: float) -> None:
        self.name = name
        self.answer_seconds = seconds
        self.user_class = type(name, (FastHttpUser,), {"host": url, "network_timeout": seconds})
        self.user: Any = self.user_class(environment)
        self.single: Timings = []
        self.batch: Timings = []
        self.answered, self.seconds = 0, 0.0
        self.errors = 0
        self.examples: list[str] = []

    def ask(self, instances: Instances, timings: Timings) -> None:
        """Times one request; a failed one adds an error and the timing None."""
        try:
            with self.limit():
                self.ask_and_wait(instances, timings)
        except Late as late:
            # The rest of the answer would be taken for the next one.
            self.user = self.user_class(self.user.environment)
            timings.append(None)
            self.failed(str(late))

    def limit(self) -> gevent.Timeout:
        late = Late(f"no whole answer within {self.answer_seconds:g} s, the limit of limits.answer-seconds")
        return gevent.Timeout(self.answer_seconds, late)

    def ask_and_wait(self, instances: Instances, timings: Timings) -> None:
        body = json.dumps({"instances": instances})
        with self.user.client.post(
            "/predict", data=body, headers={"Content-Type": "application/json"}, name=self.name, catch_response=True
        ) as response:
            reason = problem_with(response, len(instances))
            # Until the body was read, including the connection where it was not kept alive.
            took = response.request_meta["response_time"]
            if reason is None:
                response.success()
            else:
                response.failure(reason)
        timings.append(round(took, 3) if reason is None else None)
        if reason is not None:
            self.failed(reason)

    def failed(self, reason: str) -> None:
        self.errors += 1
        if reason not in self.examples and len(self.examples) < MAX_EXAMPLES:
            self.examples.append(reason)

    def answers_until(self, ends: float, instances: Instances, start: int) -> int:
        """Sends single requests one after another from another client and returns how many were answered."""
        user: Any = self.user_class(self.user.environment)
        answered = 0
        while time.monotonic() < ends:
            body = json.dumps({"instances": [instances[(start + answered) % len(instances)]]})
            try:
                with self.limit():
                    response = user.client.post("/predict", data=body, headers={"Content-Type": "application/json"})
            except Late as late:
                self.failed(str(late))
                break
            reason = problem_with(response, 1)
            if reason is not None:
                self.failed(reason)
                break
            answered += 1
        return answered


def refusal(response: Any) -> str:
    text = (response.text or "").strip()[:200]
    return f"HTTP {response.status_code} {text}" if response.status_code else f"no answer ({response.error})"


def problem_with(response: Any, expected: int) -> Optional[str]:
    """Why a response counts as failed; None if it is as it should be."""
    if response.status_code != OK:
        return refusal(response)
    try:
        # Python reads NaN and Infinity, which are not JSON: other clients could not read the answer.
        predictions = json.loads(response.text, parse_constant=not_json)["predictions"]
    except (ValueError, KeyError, TypeError):
        return f"the answer is not {{\"predictions\": [...]}}: {(response.text or '')[:200]}"
    if not isinstance(predictions, list) or len(predictions) != expected:
        return f"{expected} instances were sent, and other than {expected} predictions came back"
    return "a prediction is null" if None in predictions else None


def not_json(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


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


def warm_up(models: list[Model], singles: list[Instances], batches: list[Instances]) -> None:
    # The first one was sent before, by a client that takes an answer piece by piece.
    ask_alternately(models[::-1], singles[1:] + singles[:1], lambda model: [], WARM_UP_REQUESTS - 1, 1, SINGLE)
    ask_alternately(models, batches, lambda model: [], WARM_UP_BATCHES, 1, SINGLE)
    for model in models:
        model.errors, model.examples = 0, []


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
        name: wait_for_health(url, spec["timeoutSeconds"], spec["stats"][name]) for name, url in spec["urls"].items()
    }
    for name, url in spec["urls"].items():
        require_end_of_answer(name, Client(url, spec["answerSeconds"], spec["answerBytes"]), instances[0])
    environment = Environment()
    models = [Model(environment, name, url, spec["answerSeconds"]) for name, url in spec["urls"].items()]
    singles = [[instance] for instance in instances]
    batches = [
        [instances[(start + at) % len(instances)] for at in range(spec["batchSize"])]
        for start in range(0, len(instances), spec["batchSize"])
    ]
    warm_up(models, singles, batches)
    budget = spec["budgetSeconds"] * len(models)
    ask_alternately(models, singles, lambda model: model.single, spec["requests"], MIN_REQUESTS, SINGLE * budget)
    batch_requests = max(MIN_BATCHES, spec["requests"] // 5)
    ask_alternately(models, batches, lambda model: model.batch, batch_requests, MIN_BATCHES, BATCH * budget)
    throughput(models, instances, spec["users"], min(THROUGHPUT * budget, 1.0 * len(models)))
    return {model.name: outcome(model, spec, ready[model.name]) for model in models}


def require_end_of_answer(name: str, client: Client, instance: object) -> None:
    """Stops before the load test, whose client takes an answer whole, at a model whose answer does not end."""
    answer = client.predict(instance)
    if "limits." in answer["text"] and answer["status"] == 0:
        raise Unanswered(f"POST /predict of {name}: {answer['text']}")


def outcome(model: Model, spec: Spec, ready: Health) -> Measured:
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
    }


def stats_of(url: str) -> Stats:
    """The server's own statistics; empty when it has none, since the load test is useful without them."""
    try:
        return parse(Stats, get(url)[1], url)
    except (OSError, ValueError):
        return {}


def main() -> None:
    spec = specification(Spec, sys.argv[1])
    try:
        found: dict[str, object] = {"models": measure(spec)}
    except (OSError, ValueError, Unanswered) as error:
        found = {"error": str(error) or type(error).__name__}
        ended = first_ended(spec["stats"])
        if ended is not None:
            found["ended"] = ended
    write(found, spec["results"])


main()
