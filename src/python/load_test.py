"""Loads one or two served models with Locust and writes down how long each answer took.

Called as `load_test.py SPEC`, SPEC being JSON: {"urls": {NAME: URL, ...}, "stats": {NAME: URL, ...}, "instances": FILE,
"rows": bool, "results": FILE, "requests": n, "batchSize": n, "users": n, "timeoutSeconds": n, "budgetSeconds": n}. The
instances are lines of JSON or, with `rows`, a JSON list. The models are asked in turn, one request each, and who comes first
changes every time: what else the machine does meets both alike. All times are in milliseconds, null for a request that was
not answered as it should; warm-up is in none of them. A model that answers nothing is not asked for long.
Ends with 0 and writes {"models": {NAME: ...}} or {"error": ...}.
"""

import json
import sys
import time

import gevent
from ask_models import Unanswered, get, read_instances, wait_for_health
from locust import FastHttpUser
from locust.env import Environment

WARM_UP_REQUESTS = 10
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


class Model:
    """One served model: a Locust user with a connection of its own, and what was measured with it."""

    def __init__(self, environment, name, url):
        self.name = name
        self.user_class = type(name, (FastHttpUser,), {"host": url, "network_timeout": REQUEST_SECONDS})
        self.user = self.user_class(environment)
        self.single, self.batch, self.answered, self.seconds = [], [], 0, 0.0
        self.errors, self.examples = 0, []

    def ask(self, instances, timings):
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

    def failed(self, reason):
        self.errors += 1
        if reason not in self.examples and len(self.examples) < SHOWN_ERRORS:
            self.examples.append(reason)


def wrong(response, expected):
    """What is wrong with an answer; None when nothing is."""
    if response.status_code != 200:
        text = (response.text or "").strip()[:200]
        return f"HTTP {response.status_code} {text}" if response.status_code else f"no answer ({response.error})"
    try:
        predictions = json.loads(response.text)["predictions"]
    except (ValueError, KeyError, TypeError):
        return f"the answer is not {{\"predictions\": [...]}}: {(response.text or '')[:200]}"
    if not isinstance(predictions, list) or len(predictions) != expected:
        return f"{expected} instances were sent, and other than {expected} predictions came back"
    return None


def in_turn(models, bodies, timings, count, least, seconds):
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


def is_hopeless(timings):
    return len(timings) >= HOPELESS and all(one is None for one in timings)


def throughput(environment, models, instances, users, seconds):
    """How many answers each model gives to several clients at once, in slices that alternate between the models."""
    each = seconds / (THROUGHPUT_SLICES * len(models))
    for _ in range(THROUGHPUT_SLICES):
        for model in models:
            crowd = [model.user_class(environment) for _ in range(users)]
            ends = time.monotonic() + each
            answered = [0] * users

            def work(number, user, model=model, ends=ends, answered=answered):
                while time.monotonic() < ends:
                    body = json.dumps({"instances": [instances[(number + answered[number]) % len(instances)]]})
                    response = user.client.post("/predict", data=body, headers={"Content-Type": "application/json"})
                    if response.status_code != 200:
                        model.failed(wrong(response, 1))
                        return
                    answered[number] += 1

            began = time.monotonic()
            gevent.joinall([gevent.spawn(work, number, user) for number, user in enumerate(crowd)])
            model.seconds += time.monotonic() - began
            model.answered += sum(answered)


def measure(spec):
    instances = read_instances(spec["instances"], spec["rows"])
    ready = {name: wait_for_health(url, spec["timeoutSeconds"]) for name, url in spec["urls"].items()}
    environment = Environment()
    models = [Model(environment, name, url) for name, url in spec["urls"].items()]
    singles = [[instance] for instance in instances]
    size = spec["batchSize"]
    batches = [[instances[(first + at) % len(instances)] for at in range(size)] for first in range(0, len(instances), size)]
    in_turn(models, singles, lambda model: [], WARM_UP_REQUESTS, 1, SINGLE)
    in_turn(models, batches, lambda model: [], 2, 1, SINGLE)
    for model in models:
        model.errors, model.examples = 0, []
    budget = spec["budgetSeconds"] * len(models)
    in_turn(models, singles, lambda model: model.single, spec["requests"], LEAST_REQUESTS, SINGLE * budget)
    in_turn(models, batches, lambda model: model.batch, max(LEAST_BATCHES, spec["requests"] // 5), LEAST_BATCHES, BATCH * budget)
    throughput(environment, models, instances, spec["users"], min(THROUGHPUT * budget, 1.0 * len(models)))
    return {model.name: outcome(model, spec, ready[model.name]) for model in models}


def outcome(model, spec, ready):
    try:
        stats = json.loads(get(spec["stats"][model.name])[1])
    except (OSError, ValueError):
        stats = {}
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


def main():
    spec = json.loads(sys.argv[1])
    try:
        found = {"models": measure(spec)}
    except (OSError, ValueError, Unanswered) as error:
        found = {"error": str(error) or type(error).__name__}
    with open(spec["results"], "w", encoding="utf-8") as file:
        json.dump(found, file)


main()
