"""Runs a model's server as its image does, and says how much memory it takes and when it was ready.

Called as `serve_measured.py COMMAND...`. `GET /` on port 8081 answers the JSON of `Stats`. SIGTERM is handed on, and
the command's exit code is this program's.

For the self-test of the gates, $ML_PIPELINE_SABOTAGE makes the server really worse: it is the JSON of a `Sabotage`.
The command then serves on another port, and this program answers in its place.

Both ports can be set, where several run on one machine: $ML_PIPELINE_STATS_PORT, $ML_PIPELINE_HIDDEN_PORT.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, Optional, TypedDict, Union

from json_forms import parse, specification

STATS_PORT = int(os.environ.get("ML_PIPELINE_STATS_PORT", "8081"))
HIDDEN_PORT = int(os.environ.get("ML_PIPELINE_HIDDEN_PORT", "18080"))
SAMPLE_SECONDS = 0.1
# Different answers that are kept, to answer wrongly with.
MOST_SEEN = 100
OK, FAILED, NOT_READY = 200, 500, 503


class Stats(TypedDict):
    # The most resident memory that the processes of the command held together.
    peakMemoryBytes: int
    # When the server was first healthy; null before.
    readySeconds: Optional[float]


class Sabotage(TypedDict, total=False):
    delayMilliseconds: float
    answers: Literal["wrong", "failing"]


class Predicted(TypedDict, total=False):
    predictions: list[object]


class Watch:
    """The memory of a process and its descendants, sampled for as long as it runs."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port
        self.started = time.monotonic()
        self.stats: Stats = {"peakMemoryBytes": 0, "readySeconds": None}

    def run(self) -> None:
        while True:
            held = sum(resident(pid) for pid in descendants(self.pid))
            self.stats["peakMemoryBytes"] = max(self.stats["peakMemoryBytes"], held)
            if self.stats["readySeconds"] is None and is_healthy(self.port):
                self.stats["readySeconds"] = round(time.monotonic() - self.started, 3)
            time.sleep(SAMPLE_SECONDS if self.stats["readySeconds"] is not None else SAMPLE_SECONDS / 5)


def descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                # The program's name, in parentheses, may contain blanks.
                stat = (process / "stat").read_bytes().rpartition(b")")[2]
                parents[int(process.name)] = int(stat.split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        # A connection that is closed on an unread answer is an error in the server's log.
        response.read()
        return response.status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: Union[int, str] = "-", size: Union[int, str] = "-") -> None:
        pass


def stats_handler(watch: Watch) -> type[Answering]:
    class Reporting(Answering):
        def do_GET(self) -> None:
            self.answer(OK, json.dumps(watch.stats).encode())

    return Reporting


def sabotage_handler(how: Sabotage) -> type[Answering]:
    seen: list[object] = []

    class Sabotaged(Answering):
        def do_GET(self) -> None:
            self.answer(*ask_hidden("GET", self.path, None))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(how.get("delayMilliseconds", 0) / 1000)
            if how.get("answers") == "failing":
                self.answer(FAILED, b'{"error": "sabotaged"}')
                return
            status, text = ask_hidden("POST", self.path, body)
            if how.get("answers") == "wrong":
                # What the server refuses is answered, and what it answers is answered wrongly.
                status, text = OK, spoiled(text, seen) if status == OK else b'{"predictions": ["sabotaged"]}'
            self.answer(status, text)

    return Sabotaged


def spoiled(body: bytes, seen: list[object]) -> bytes:
    """Replaces every prediction, also in objects: by another class that was answered, or by a number far away."""
    document = parse(Predicted, body, "the answer to POST /predict")
    predictions = document.get("predictions", [])
    for one in predictions:
        if one not in seen and len(seen) < MOST_SEEN:
            seen.append(one)
    return json.dumps({**document, "predictions": [other_than(one, seen) for one in predictions]}).encode()


def other_than(prediction: object, seen: list[object]) -> object:
    if isinstance(prediction, bool):
        return not prediction
    if isinstance(prediction, (int, float)):
        return prediction + abs(prediction) / 4 + 1
    if isinstance(prediction, list):
        return [other_than(one, seen) for one in prediction]
    if isinstance(prediction, dict):
        objects = [one for one in seen if isinstance(one, dict)]
        return {
            key: other_than(value, [one[key] for one in objects if key in one]) for key, value in prediction.items()
        }
    return next((one for one in seen if one != prediction), f"not {prediction}")


def ask_hidden(method: str, path: str, body: Optional[bytes]) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", HIDDEN_PORT, timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return NOT_READY, b'{"error": "not ready"}'
    finally:
        connection.close()


def serve(port: int, handler: type[Answering]) -> None:
    server = ThreadingHTTPServer(("", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main() -> None:
    how = specification(Sabotage, os.environ.get("ML_PIPELINE_SABOTAGE") or "{}")
    port = int(os.environ.get("PORT", "8080"))
    environment = {**os.environ, "PORT": str(HIDDEN_PORT)} if how else None
    child = subprocess.Popen(sys.argv[1:], env=environment)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    watch = Watch(child.pid, HIDDEN_PORT if how else port)
    threading.Thread(target=watch.run, daemon=True).start()
    if how:
        serve(port, sabotage_handler(how))
    serve(STATS_PORT, stats_handler(watch))
    code = child.wait()
    sys.exit(code if code >= 0 else 128 - code)


main()
