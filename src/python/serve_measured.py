"""Runs a model's server as its image does, and says how much memory it takes and when it was ready.

Called as `serve_measured.py COMMAND...`. `GET /` on port 8081 answers {"peakMemoryBytes", "readySeconds"}: the most resident
memory that the processes of the command held together. SIGTERM is handed on, and the command's exit code is this program's.

For the self-test of the gates, $ML_PIPELINE_SABOTAGE makes the server really worse: JSON {"delayMilliseconds": number,
"answers": "wrong" | "failing"}. The command then serves on another port, and this program answers in its place.

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

STATS_PORT = int(os.environ.get("ML_PIPELINE_STATS_PORT", "8081"))
HIDDEN_PORT = int(os.environ.get("ML_PIPELINE_HIDDEN_PORT", "18080"))
SAMPLE_SECONDS = 0.1


class Watch:
    """The memory of a process and its descendants, sampled for as long as it runs."""

    def __init__(self, pid, port):
        self.pid, self.port = pid, port
        self.started = time.monotonic()
        self.stats = {"peakMemoryBytes": 0, "readySeconds": None}

    def run(self):
        while True:
            held = sum(resident(pid) for pid in descendants(self.pid))
            self.stats["peakMemoryBytes"] = max(self.stats["peakMemoryBytes"], held)
            if self.stats["readySeconds"] is None and is_healthy(self.port):
                self.stats["readySeconds"] = round(time.monotonic() - self.started, 3)
            time.sleep(SAMPLE_SECONDS if self.stats["readySeconds"] is not None else SAMPLE_SECONDS / 5)


def descendants(root):
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    # The program's name, in parentheses, may contain blanks.
                    parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def is_healthy(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        # A connection that is closed on an unread answer is an error in the server's log.
        response.read()
        return response.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        pass


def stats_handler(watch):
    class Stats(Answering):
        def do_GET(self):
            self.answer(200, json.dumps(watch.stats).encode())

    return Stats


def sabotage_handler(how):
    seen = []

    def spoiled(body):
        """Every prediction is replaced: by another class that was answered before, or by a number far away; in objects, too."""
        document = json.loads(body)
        predictions = document.get("predictions", [])
        for one in predictions:
            if one not in seen and len(seen) < 100:
                seen.append(one)
        document["predictions"] = [other_than(one, seen) for one in predictions]
        return json.dumps(document).encode()

    class Sabotaged(Answering):
        def do_GET(self):
            self.answer(*ask_hidden("GET", self.path, None))

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            time.sleep(how.get("delayMilliseconds", 0) / 1000)
            if how.get("answers") == "failing":
                self.answer(500, b'{"error": "sabotaged"}')
                return
            status, text = ask_hidden("POST", self.path, body)
            if how.get("answers") == "wrong":
                # What the server refuses is answered, and what it answers is answered wrongly.
                status, text = (200, spoiled(text)) if status == 200 else (200, b'{"predictions": ["sabotaged"]}')
            self.answer(status, text)

    return Sabotaged


def other_than(prediction, seen):
    if isinstance(prediction, bool):
        return not prediction
    if isinstance(prediction, (int, float)):
        return prediction + abs(prediction) / 4 + 1
    if isinstance(prediction, list):
        return [other_than(one, seen) for one in prediction]
    if isinstance(prediction, dict):
        objects = [one for one in seen if isinstance(one, dict)]
        return {key: other_than(value, [one[key] for one in objects if key in one]) for key, value in prediction.items()}
    return next((one for one in seen if one != prediction), f"not {prediction}")


def ask_hidden(method, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", HIDDEN_PORT, timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 503, b'{"error": "not ready"}'
    finally:
        connection.close()


def serve(port, handler):
    server = ThreadingHTTPServer(("", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    how = json.loads(os.environ.get("ML_PIPELINE_SABOTAGE") or "{}")
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
