"""Loads one or two served models with Locust and writes down how long each answer took.

Called as `load_test.py SPEC`, SPEC being the JSON of a `Spec`. The instances are lines of JSON or, with `rows`, a
JSON list. The models are asked in turn, one request each, and who comes first changes every time: what else the
machine does meets both alike. All times are in milliseconds, null for a request that was not answered as it should;
warm-up is in none of them. A model that answers nothing is not asked for long. Ends with 0 and writes {"models":
{NAME: the JSON of a `Measured`}} or {"error": ...}.
"""

import json
import sys
import time
from typing import Any, Callable, Optional, TypedDict

import gevent
from ask_models import Health, Unanswered, get, read_instances, wait_for_health
from json_forms import parse, specification, write
from locust import FastHttpUser
from locust.env import Environment

WARM_UP_REQUESTS = 10
WARM_UP_BATCHES = 2
LEAST_REQUESTS = 30
LEAST_BATCHES = 10
# Shares of the time budget, which is for all models together.
SINGLE, BATCH, THROUGHPUT = 0.5, 0.25, 0.25
THROUGHPUT_SLICES = 2
# The least that says something may take longer than the budget, but no longer than this for each model.
MOST_SECONDS = 20
# A request that takes longer is not answered.
REQUEST_SECONDS = 30
# So many failures in a row, and nothing else, are enough.
HOPELESS = 5
SHOWN_ERRORS = 3
OK = 200

Instances = list[object]
# Milliseconds, None for a request that was not answered as it should.
Timings = list[Optional[float]]


class Spec(TypedDict):
    # Addresses of the models and of their statistics, by the models' names.
    urls: dict[str, str]
    stats: dict[str, str]
    # The file of instances, and whether it is one list.
    instances: str
    rows: bool
    # Where the outcome is written.
    results: str
    requests: int
    batchSize: int
    users: int
    timeoutSeconds: float
    budgetSeconds: float


class Stats(TypedDict, total=False):
    """What `serve_measured.py` says of a server."""

    peakMemoryBytes: Optional[float]
    readySeconds: Optional[float]


class Measured(TypedDict):
    single: Timings
    batch: Timings
    # Answers to several clients at once, in so many seconds.
    answered: int
    seconds: float
    readySeconds: Optional[float]
    peakMemoryBytes: Optional[float]
    errors: int
    examples: list[str]


class Model:
    """One served model: a Locust user with a connection of its own, and what was measured with it."""

    def __init__(self, environment: Environment, name: str, url: str) -> None:
        self.name = name
        self.user_class = type(name, (FastHttpUser,), {"host": url, "network_timeout": REQUEST_SECONDS})
        self.user: Any = self.user_class(environment)
        self.single: Timings = []
        self.batch: Timings = []
        self.answered, self.seconds = 0, 0.0
        self.errors = 0
        self.examples: list[str] = []

    def ask(self, instances: Instances, timings: Timings) -> None:
        """Times one request; a wrong answer is an error, and no time."""
        body = json.dumps({"instances": instances})
        with self.user.client.post(
            "/predict", data=body, headers={"Content-Type": "application/json"}, name=self.name, catch_response=True
        ) as response:
            reason = wrong(response, len(instances))
            # Until the answer was read; of a connection that was not kept, opening it counts.
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
        if reason not in self.examples and len(self.examples) < SHOWN_ERRORS:
            self.examples.append(reason)

    def answers_until(self, ends: float, instances: Instances, start: int) -> int:
        """How many single requests one more client gets answered, one after the other."""
        user: Any = self.user_class(self.user.environment)
        answered = 0
        while time.monotonic() < ends:
            body = json.dumps({"instances": [instances[(start + answered) % len(instances)]]})
            response = user.client.post("/predict", data=body, headers={"Content-Type": "application/json"})
            if response.status_code != OK:
                self.failed(refusal(response))
                break
            answered += 1
        return answered


def refusal(response: Any) -> str:
    text = (response.text or "").strip()[:200]
    return f"HTTP {response.status_code} {text}" if response.status_code else f"no answer ({response.error})"


def wrong(response: Any, expected: int) -> Optional[str]:
    """What is wrong with an answer; None when nothing is."""
    if response.status_code != OK:
        return refusal(response)
    try:
        predictions = json.loads(response.text)["predictions"]
    except (ValueError, KeyError, TypeError):
        return f"the answer is not {{\"predictions\": [...]}}: {(response.text or '')[:200]}"
    if not isinstance(predictions, list) or len(predictions) != expected:
        return f"{expected} instances were sent, and other than {expected} predictions came back"
    return None


def in_turn(
    models: list[Model],
    bodies: list[Instances],
    timings: Callable[[Model], Timings],
    count: int,
    least: int,
    seconds: float,
) -> None:
    """Asks all models for the same body, then for the next one, until there are enough or the time is over."""
    started = time.monotonic()
    for index in range(count):
        spent = time.monotonic() - started
        if spent > (seconds if index >= least else MOST_SECONDS * len(models)):
            break
        if any(is_hopeless(timings(model)) for model in models):
            break
        ordered = models if index % 2 == 0 else models[::-1]
        for model in ordered:
            model.ask(bodies[index % len(bodies)], timings(model))


def is_hopeless(timings: Timings) -> bool:
    return len(timings) >= HOPELESS and all(one is None for one in timings)


def warm_up(models: list[Model], singles: list[Instances], batches: list[Instances]) -> None:
    in_turn(models, singles, lambda model: [], WARM_UP_REQUESTS, 1, SINGLE)
    in_turn(models, batches, lambda model: [], WARM_UP_BATCHES, 1, SINGLE)
    for model in models:
        model.errors, model.examples = 0, []


def throughput(models: list[Model], instances: Instances, users: int, seconds: float) -> None:
    """How many answers each model gives to several clients at once, in slices that alternate between the models."""
    each = seconds / (THROUGHPUT_SLICES * len(models))
    for _ in range(THROUGHPUT_SLICES):
        for model in models:
            began = time.monotonic()
            crowd = [gevent.spawn(model.answers_until, began + each, instances, number) for number in range(users)]
            gevent.joinall(crowd)
            model.seconds += time.monotonic() - began
            model.answered += sum(client.value or 0 for client in crowd)


def measure(spec: Spec) -> dict[str, Measured]:
    instances = read_instances(spec["instances"], spec["rows"])
    ready = {name: wait_for_health(url, spec["timeoutSeconds"]) for name, url in spec["urls"].items()}
    environment = Environment()
    models = [Model(environment, name, url) for name, url in spec["urls"].items()]
    singles = [[instance] for instance in instances]
    batches = [
        [instances[(start + at) % len(instances)] for at in range(spec["batchSize"])]
        for start in range(0, len(instances), spec["batchSize"])
    ]
    warm_up(models, singles, batches)
    budget = spec["budgetSeconds"] * len(models)
    in_turn(models, singles, lambda model: model.single, spec["requests"], LEAST_REQUESTS, SINGLE * budget)
    batch_requests = max(LEAST_BATCHES, spec["requests"] // 5)
    in_turn(models, batches, lambda model: model.batch, batch_requests, LEAST_BATCHES, BATCH * budget)
    throughput(models, instances, spec["users"], min(THROUGHPUT * budget, 1.0 * len(models)))
    return {model.name: outcome(model, spec, ready[model.name]) for model in models}


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
    """Nothing where the server does not say: the load test stands without."""
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
    write(found, spec["results"])


main()
