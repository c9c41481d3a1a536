"""Tells Argo Rollouts and Flagger whether a candidate may go on.

Called as `analysis_server.py CONFIGURATION`, with the JSON of a `Configuration`. `ANALYSIS_SERVICES` names the services
that may be asked, CANARY/STABLE with commas between pairs, and `PORT` where it listens. What it knows is in memory: a
server that was started anew judges anew.
"""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Union

from analysis_answers import Analysis, Answer, Configuration
from analysis_input import Refused
from request_body import BodyTooLarge, UnreadableBody, read_body
from typed_json import read

BAD_REQUEST, TOO_LARGE = 400, 413
# A question is short. Bytes, seconds, and connections at a time.
LARGEST, PATIENCE, CONNECTIONS = 65_536, 10.0, 32


def handler_of(analysis: Analysis) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "ml-pipeline", ""
        timeout = PATIENCE

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            self.answer(lambda: analysis.get(path, query))

        def do_POST(self) -> None:
            self.answer(lambda: analysis.post(self.path.partition("?")[0], self.body()))

        def body(self) -> bytes:
            try:
                return read_body(self.headers, self.rfile, LARGEST)
            except BodyTooLarge:
                raise Refused(TOO_LARGE, f"the body has more than {LARGEST:,} bytes") from None
            except UnreadableBody as error:
                raise Refused(BAD_REQUEST, str(error)) from None

        def answer(self, work: Callable[[], Answer]) -> None:
            try:
                status, body = work()
            except Refused as error:
                status, body = error.status, str(error)
            is_text = isinstance(body, str)
            # What an answer is quoted with need not be text that can be encoded.
            data = (body if isinstance(body, str) else json.dumps(body)).encode("utf-8", "replace")
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8" if is_text else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_request(self, code: Union[int, str] = "-", size: Union[int, str] = "-") -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    """Has no more than so many connections at a time."""

    daemon_threads = True

    def __init__(self, port: int, analysis: Analysis) -> None:
        super().__init__(("", port), handler_of(analysis))
        self.places = threading.BoundedSemaphore(CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self.places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Who closes a connection before the answer, or says nothing, is nobody's fault.
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, socket.timeout)):
            super().handle_error(request, client_address)


def say(text: str) -> None:
    print(text.encode("utf-8", "replace").decode(), flush=True)


def main() -> None:
    configuration = read(Configuration, sys.argv[1])
    try:
        analysis = Analysis(configuration, os.environ.get("ANALYSIS_SERVICES", ""), say)
    except ValueError as error:
        sys.exit(f"ANALYSIS_SERVICES: {error}")
    # The first process of a container does not end by itself when it is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = Server(int(os.environ.get("PORT", "8080")), analysis)
    say(f"judges {', '.join(' beside '.join(pair) for pair in analysis.pairs)} on port {server.server_port}")
    server.serve_forever()


if __name__ == "__main__":
    main()
