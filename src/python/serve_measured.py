"""Runs a model's server as its image does, and reports its peak memory and the time until it was ready.

Called as `serve_measured.py SPEC COMMAND...`, where SPEC is the JSON of a `Spec`. `GET /` on the port of statistics
answers with the JSON of `Stats`. SIGTERM is passed on, and the program exits with the command's exit code. When the
command ends by itself, it first tells for a while how.

The gates' self-test sets $ML_PIPELINE_SABOTAGE, the JSON of a `Sabotage`, to make the server worse. This program is
then a proxy in front of it, on a port of its own, since the server may listen on its own port whatever it is told.

$ML_PIPELINE_LINGER_SECONDS changes for how long it tells of the end.
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
from typing import IO, Callable, Literal, Optional, TypedDict, Union

from processes import Listening, descendants, listening_of, resident_bytes, shell_code
from serving_client import get_status, headers_for
from serving_protocol import NoPredictions, Protocol, answer_with, document_of, predictions_in, with_predictions
from typed_json import specification

LINGER_SECONDS = float(os.environ.get("ML_PIPELINE_LINGER_SECONDS", "60"))
SAMPLE_SECONDS = 0.1
# How much of the end of the command's output is told.
SAID_BYTES = 4096
CHUNK = 1 << 16
# More of an answer about its health is not read.
HEALTH_SECONDS, HEALTH_BYTES = 2.0, 1 << 20
# How many different predictions are remembered as wrong answers for other requests.
MAX_SEEN = 100
OK, FAILED, NOT_READY = 200, 500, 503


class End(TypedDict):
    exitCode: int
    # The end of what the command printed.
    said: str


class Stats(TypedDict):
    # The largest sum of resident memory over the processes of the command.
    peakMemoryBytes: int
    # Seconds until the server was first healthy; null before.
    readySeconds: Optional[float]
    # Where the command's processes listen.
    listening: list[Listening]
    # The end of what it has printed so far.
    said: str
    # How the command ended; null while it runs.
    ended: Optional[End]


class Sabotage(TypedDict, total=False):
    delayMilliseconds: float
    answers: Literal["wrong", "failing", "first"]


class Spec(TypedDict):
    protocol: Protocol
    # Where the statistics are, and a server that is made worse.
    statsPort: int
    sabotagePort: int


class Monitor:
    """Samples the memory of a process and its descendants for as long as it runs."""

    def __init__(self, pid: int, protocol: Protocol) -> None:
        self.pid, self.protocol = pid, protocol
        self.started = time.monotonic()
        self.stats: Stats = {"peakMemoryBytes": 0, "readySeconds": None, "listening": [], "said": "", "ended": None}

    def run(self) -> None:
        while True:
            memory = sum(resident_bytes(pid) for pid in descendants(self.pid))
            self.stats["peakMemoryBytes"] = max(self.stats["peakMemoryBytes"], memory)
            if self.stats["readySeconds"] is None and is_healthy(self.protocol):
                self.stats["readySeconds"] = round(time.monotonic() - self.started, 3)
            time.sleep(SAMPLE_SECONDS if self.stats["readySeconds"] is not None else SAMPLE_SECONDS / 5)


def is_healthy(protocol: Protocol) -> bool:
    path = protocol["health"]
    try:
        status = get_status(f"http://127.0.0.1:{protocol['port']}{path or '/'}", HEALTH_SECONDS, HEALTH_BYTES)
    except (OSError, http.client.HTTPException):
        return False
    return status == OK if path is not None else status < FAILED


class JsonHandler(BaseHTTPRequestHandler):
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


def stats_handler(monitor: Monitor, output: "Output") -> type[JsonHandler]:
    class StatsHandler(JsonHandler):
        def do_GET(self) -> None:
            listening = listening_of(descendants(monitor.pid))
            now = {**monitor.stats, "listening": listening, "said": output.text()}
            self.answer(OK, json.dumps(now).encode())

    return StatsHandler


def sabotage_handler(sabotage: Sabotage, protocol: Protocol) -> type[JsonHandler]:
    seen: list[object] = []

    class SabotageHandler(JsonHandler):
        def do_GET(self) -> None:
            self.answer(*forward(protocol["port"], "GET", self.path, None))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(sabotage.get("delayMilliseconds", 0) / 1000)
            if sabotage.get("answers") == "failing":
                self.answer(FAILED, b'{"error": "sabotaged"}')
                return
            status, text = forward(protocol["port"], "POST", self.path, body, self.headers.get("Content-Type"))
            if sabotage.get("answers") == "wrong":
                # Accept what the server refuses, and corrupt what it accepts.
                status, text = OK, corrupt(protocol, text, seen) if status == OK else refused(protocol)
            if sabotage.get("answers") == "first" and status == OK:
                text = changed(protocol, text, lambda predictions: predictions[:1])
            self.answer(status, text)

    return SabotageHandler


def refused(protocol: Protocol) -> bytes:
    return json.dumps(answer_with(protocol, ["sabotaged"])).encode()


def corrupt(protocol: Protocol, body: bytes, seen: list[object]) -> bytes:
    """Replaces every prediction, also inside objects, by another class seen so far or by a distant number."""

    def wrong(predictions: list[object]) -> list[object]:
        for one in predictions:
            if one not in seen and len(seen) < MAX_SEEN:
                seen.append(one)
        return [wrong_prediction(one, seen) for one in predictions]

    return changed(protocol, body, wrong)


def changed(protocol: Protocol, body: bytes, change: Callable[[list[object]], list[object]]) -> bytes:
    """An answer with other predictions; one that has none is left as it is, since it is wrong already."""
    try:
        document = document_of(protocol, body.decode("utf-8", "replace"))
    except NoPredictions:
        return body
    predictions = predictions_in(protocol, document)
    if predictions is None:
        return body
    return json.dumps(with_predictions(protocol, document, change(predictions))).encode()


def wrong_prediction(prediction: object, seen: list[object]) -> object:
    if isinstance(prediction, bool):
        return not prediction
    if isinstance(prediction, (int, float)):
        return prediction + abs(prediction) / 4 + 1
    if isinstance(prediction, list):
        return [wrong_prediction(one, seen) for one in prediction]
    if isinstance(prediction, dict):
        objects = [one for one in seen if isinstance(one, dict)]
        return {
            key: wrong_prediction(value, [one[key] for one in objects if key in one])
            for key, value in prediction.items()
        }
    return next((one for one in seen if one != prediction), f"not {prediction}")


def forward(port: int, method: str, path: str, body: Optional[bytes], kind: Optional[str] = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    described = {} if kind is None else {"Content-Type": kind}
    try:
        # What comes back is read and changed here.
        connection.request(method, path, body, {**headers_for(port, body), **described, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return NOT_READY, b'{"error": "not ready"}'
    finally:
        connection.close()


def serve(port: int, handler: type[JsonHandler]) -> None:
    server = ThreadingHTTPServer(("", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


class Output:
    """Passes the output of the command on, and keeps its end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.tail = b""
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while chunk := os.read(self.stream.fileno(), CHUNK):
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
            self.tail = (self.tail + chunk)[-SAID_BYTES:]

    def said(self) -> str:
        # What the command started may hold its output open.
        self.thread.join(timeout=1)
        return self.text()

    def text(self) -> str:
        return self.tail.decode("utf-8", "replace")


def main() -> None:
    sabotage = specification(Sabotage, os.environ.get("ML_PIPELINE_SABOTAGE") or "{}")
    spec = specification(Spec, sys.argv[1])
    protocol = spec["protocol"]
    child = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert child.stdout is not None
    output = Output(child.stdout)
    asked = threading.Event()

    def stop(*_: object) -> None:
        asked.set()
        child.terminate()

    signal.signal(signal.SIGTERM, stop)
    monitor = Monitor(child.pid, protocol)
    threading.Thread(target=monitor.run, daemon=True).start()
    if sabotage:
        serve(spec["sabotagePort"], sabotage_handler(sabotage, protocol))
    serve(spec["statsPort"], stats_handler(monitor, output))
    code = shell_code(child.wait())
    monitor.stats["ended"] = {"exitCode": code, "said": output.said()}
    asked.wait(LINGER_SECONDS)
    sys.exit(code)


main()
