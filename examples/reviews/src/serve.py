"""Serve the model in `models/` over HTTP: `python -m src.serve`, on $PORT or 8080.

`GET /health` answers `{"status": "ok"}`. `POST /predict` takes
`{"instances": [{"review": "…"}, …]}` and answers `{"predictions": ["positive", …]}`; what cannot be
used is answered with status 400 and `{"error": …}`.
"""

import json
import os
import signal
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from src.errors import InputError, run
from src.model import Instance, Model, load

MAX_BODY_BYTES = 10_000_000


class PredictionServer(ThreadingHTTPServer):
    """An HTTP server with a model; each connection has a thread."""

    daemon_threads = True

    def __init__(self, port: int, model: Model) -> None:
        """Listen on the port; 0 takes a free one."""
        super().__init__(("", port), Handler)
        self.model = model


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: PredictionServer
    protocol_version = "HTTP/1.1"
    # An answer is a head and a body in two packets: without this the second waits 40 ms.
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        """Answer `/health`."""
        if self.path == "/health":
            self._answer(HTTPStatus.OK, {"status": "ok"})
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "there is GET /health, POST /predict"})

    def do_POST(self) -> None:
        """Answer `/predict`, and everything else with the same form of error."""
        try:
            instances = parse_request(self._body())
            self._answer(HTTPStatus.OK, {"predictions": self.server.model.predict(instances)})
        except InputError as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: a line per request would cost more than the answer."""

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= MAX_BODY_BYTES):
            self.close_connection = True
            raise InputError(f"Content-Length must be given, and at most {MAX_BODY_BYTES}")
        body = self.rfile.read(int(length))
        if self.path != "/predict":
            raise InputError(f"there is POST /predict, not {self.path:.60}")
        return body

    def _answer(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def parse_request(body: bytes) -> list[Instance]:
    """The instances of a request's body. Raises InputError when it has another form."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("the body is not JSON") from None
    instances = request.get("instances") if isinstance(request, dict) else None
    if not isinstance(instances, list) or not all(isinstance(i, dict) for i in instances):
        raise InputError('the body must be {"instances": [{"review": "…"}, …]}')
    return instances


def main() -> None:
    """Load the model once and serve until SIGTERM."""
    port = os.environ.get("PORT", "8080")
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise InputError(f"PORT must be a number from 0 to 65535, not {port!r}")
    with PredictionServer(int(port), load(Path("models"))) as server:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f"serving on port {server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    run(main)
