"""The server as the image starts it: a program, with the model in `models/` below its folder."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from src.model import Model
from src.serve import Handler

ROOT = Path(__file__).parent.parent.parent


def start(folder: Path, port: str = "0") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "src.serve"],
        cwd=folder,
        env={**os.environ, "PORT": port, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(server: subprocess.Popen[str]) -> str:
    assert server.stdout
    return server.stdout.readline()


@pytest.fixture(scope="module")
def folder(sample_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("app")
    sample_model.save(path / "models")
    return path


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with start(folder) as server:
        line = first_line(server)
        assert line.startswith("serving on port "), line
        yield int(line.split()[-1])
        server.kill()


def ask(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def predict(port: int, instances: object) -> tuple[int, Any]:
    return ask(port, "POST", "/predict", json.dumps({"instances": instances}).encode())


def test_health(port: int) -> None:
    assert ask(port, "GET", "/health") == (200, {"status": "ok"})


def test_answers_are_those_of_the_model(
    port: int, sample_model: Model, sample_rows: list[dict[str, str]]
) -> None:
    expected = sample_model.predict(sample_rows)
    assert set(expected) == {"<=50K", ">50K"}
    assert predict(port, sample_rows) == (200, {"predictions": expected})


def test_an_unknown_sex_is_answered_by_the_common_threshold(
    port: int, sample_model: Model, sample_rows: list[dict[str, str]]
) -> None:
    unknown = [{**row, "sex": ""} for row in sample_rows]
    expected = [">50K" if score > 0.5 else "<=50K" for score in sample_model.score(unknown)]
    assert predict(port, unknown) == (200, {"predictions": expected})
    assert predict(port, sample_rows) != (200, {"predictions": expected})


def test_no_instances(port: int) -> None:
    assert predict(port, []) == (200, {"predictions": []})


def test_nonsense_is_refused_and_the_server_lives_on(port: int, person: dict[str, object]) -> None:
    status, answer = predict(port, [person, {**person, "age": "old"}])
    assert (status, answer["error"]) == (
        400,
        "instance 1: age must be a number from 0 to 120, not 'old'",
    )
    assert ask(port, "POST", "/predict", b"{")[0] == 400
    assert ask(port, "GET", "/nowhere")[0] == 404
    assert ask(port, "POST", "/nowhere", b"{}")[0] == 404
    assert predict(port, [person])[0] == 200


def test_a_body_of_unknown_or_absurd_length_is_refused(port: int) -> None:
    for header in ("", "Content-Length: 99999999999\r\n", "Content-Length: -1\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(f"POST /predict HTTP/1.1\r\nHost: x\r\n{header}\r\n".encode())
            assert client.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_many_at_once_on_kept_connections(port: int, person: dict[str, object]) -> None:
    body = json.dumps({"instances": [person]})

    def client(_number: int) -> list[tuple[int, int]]:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        answers = []
        for _ in range(10):
            connection.request("POST", "/predict", body)
            response = connection.getresponse()
            answers.append((response.status, len(json.loads(response.read())["predictions"])))
        connection.close()
        return answers

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for part in pool.map(client, range(4)) for answer in part]
    assert answers == [(200, 1)] * 40


def test_an_answer_does_not_wait_for_the_clients_acknowledgement() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, address = listener.accept()
        # Nothing is asked, so the handler sets up the connection and ends.
        client.close()
        with accepted:
            Handler(accepted, address, server=None)  # type: ignore[arg-type]
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_sigterm_ends_it_in_good_order(folder: Path) -> None:
    with start(folder) as server:
        first_line(server)
        server.send_signal(signal.SIGTERM)
        try:
            assert server.wait(timeout=5) == 0
        finally:
            server.kill()


@pytest.mark.parametrize(
    ("port", "message"),
    [("0", "error: models/model.json does not exist"), ("http", "error: PORT must be a number")],
)
def test_a_start_that_cannot_work_says_why(tmp_path: Path, port: str, message: str) -> None:
    with start(tmp_path, port) as server:
        _, errors = server.communicate(timeout=10)
    assert server.returncode == 1
    assert errors.startswith(message)
    assert "Traceback" not in errors
