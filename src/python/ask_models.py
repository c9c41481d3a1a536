"""Asks served models, as a client would: for their health, and for predictions.

Called as `ask_models.py SPEC`, SPEC being JSON: {"urls": {NAME: URL, ...}, "instances": FILE, "rows": bool, "results": FILE,
"timeoutSeconds": number, "most": number?, "pace": number | "recorded" | null}. The instances are lines of JSON or, with
`rows`, a JSON list. Every model gets every request, in the same order and at the same time: the next one when all have
answered, or at a pace of so many a second, or as the file recorded it (lines {"at": seconds, "instance": ...}). Writes
{"health": {NAME: {...}}, "answers": {NAME: [{"status", "text", "seconds"}, ...]}} or, beside what there is, {"error": ...};
ends with 0. `load_test.py` uses its functions.
"""

import http.client
import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


class Unanswered(Exception):
    """A model that does not answer, and why."""


def get(url, timeout=10):
    # The service is a neighbour: a proxy of the site has nothing to do with it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=timeout) as response:
        return response.status, response.read().decode("utf-8", "replace")


def wait_for_health(url, seconds):
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


def read_instances(path, rows):
    """The instances of a file; a line with nothing but a number `at` and `instance` is a recorded one."""
    return [instance for instance, _ in read_requests(path, rows)]


def read_requests(path, rows):
    # A carriage return is white space to JSON, and ends no line.
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = json.load(file) if rows else [json.loads(line) for line in file if line.strip()]
    if not lines:
        raise ValueError("there is no instance to send")
    return [(line["instance"], line["at"]) if not rows and is_recorded(line) else (line, None) for line in lines]


def is_recorded(line):
    """As `readRequests` of replay.ts has it; a table may have such columns, too."""
    return isinstance(line, dict) and set(line) == {"at", "instance"} and type(line["at"]) in (int, float)


class Client:
    """A connection that is kept from one request to the next, as clients do; opened again when it was closed."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.connection = None

    def predict(self, instance):
        body = json.dumps({"instances": [instance]}).encode()
        started = time.perf_counter()
        try:
            status, text = self.post(body)
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            status, text = 0, str(error) or type(error).__name__
        return {"status": status, "text": text, "seconds": time.perf_counter() - started}

    def post(self, body):
        kept = self.connection is not None
        if not kept:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            self.connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
            response = self.connection.getresponse()
        except (ConnectionError, http.client.BadStatusLine):
            # A server may close a kept connection at any time; a new one is asked once.
            if not kept:
                raise
            self.connection = None
            return self.post(body)
        text = response.read().decode("utf-8", "replace")
        if response.will_close:
            self.connection = None
        return response.status, text


def replay(urls, requests, pace):
    """Sends each request to all models at once."""
    clients = {name: Client(url) for name, url in urls.items()}
    answers = {name: [] for name in urls}
    started, first = time.monotonic(), requests[0][1]
    for index, (instance, at) in enumerate(requests):
        due = at - first if pace == "recorded" else index / pace if pace else None
        if due is not None:
            time.sleep(max(0.0, started + due - time.monotonic()))
        threads = [
            threading.Thread(target=lambda name=name, client=client: answers[name].append(client.predict(instance)))
            for name, client in clients.items()
        ]
        # Whoever is asked first has the machine to itself for a moment: that changes every time.
        for thread in threads if index % 2 == 0 else threads[::-1]:
            thread.start()
        for thread in threads:
            thread.join()
    return answers


def main():
    spec = json.loads(sys.argv[1])
    outcome = {"health": {}, "answers": {}}
    try:
        for name, url in spec["urls"].items():
            outcome["health"][name] = wait_for_health(url, spec["timeoutSeconds"])
        requests = read_requests(spec["instances"], spec["rows"])[: spec.get("most")]
        if spec.get("pace") == "recorded" and any(at is None for _, at in requests):
            raise ValueError('the pace is to be as recorded, and not every line is {"at": seconds, "instance": ...}')
        outcome["answers"] = replay(spec["urls"], requests, spec.get("pace"))
    except (OSError, ValueError, Unanswered) as error:
        outcome["error"] = str(error) or type(error).__name__
    with open(spec["results"], "w", encoding="utf-8") as file:
        json.dump(outcome, file)


if __name__ == "__main__":
    main()
