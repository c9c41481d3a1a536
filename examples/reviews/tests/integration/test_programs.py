"""Training, evaluation and the server as the pipeline calls them: as programs."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def train(data: Path, output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ("--data", data, "--output", output, "--epochs", 3)
    return run("src.train", *arguments, **environment)


@pytest.fixture(scope="module")
def folder(drawn_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("app")
    result = train(
        drawn_data,
        path / "models",
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        PYTHONHASHSEED="1",
    )
    assert result.returncode == 0, result.stderr
    return path


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with start(folder) as server:
        yield port_of(server)
        server.kill()


def start(folder: Path, port: str = "0") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "src.serve"],
        cwd=folder,
        env={**os.environ, "PORT": port, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def port_of(server: subprocess.Popen[str]) -> int:
    assert server.stdout
    return int(server.stdout.readline().removeprefix("serving on port "))


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def test_the_same_bytes_with_other_threads_and_hash_seeds(
    folder: Path, drawn_data: Path, tmp_path: Path
) -> None:
    environment = {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "PYTHONHASHSEED": "2"}
    assert train(drawn_data, tmp_path, **environment).returncode == 0
    [written] = tmp_path.iterdir()
    assert written.read_bytes() == (folder / "models" / written.name).read_bytes()


def test_evaluation_writes_metrics_that_follow_from_its_predictions(
    folder: Path, drawn_data: Path, tmp_path: Path
) -> None:
    arguments = ("--model", folder / "models", "--data", drawn_data, "--output", tmp_path)
    result = run("src.evaluate", *arguments)
    assert result.returncode == 0, result.stderr
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    with (tmp_path / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "label", "prediction", "score", "condition", "length"]
    assert [row["id"] for row in rows] == [str(index) for index in range(30)]
    assert {row["condition"] for row in rows} == {"Pain", "Acne", "unknown"}
    right = sum(row["label"] == row["prediction"] for row in rows)
    assert metrics["accuracy"] == pytest.approx(right / 30, abs=1e-6)
    assert metrics["accuracy"] > 0.9


def test_absent_input_is_one_line_and_no_stack_trace() -> None:
    result = run("src.train", "--data", "nowhere", "--output", "unused")
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert result.stderr.startswith("error: nowhere/train.csv does not exist")


def test_the_server_answers(port: int) -> None:
    assert ask(port, "GET", "/health") == (200, {"status": "ok"})
    instances = [{"review": "Horrible, it did not help"}, {"review": "Great, it helped &amp; more"}]
    status, answer = ask(port, "POST", "/predict", json.dumps({"instances": instances}))
    assert (status, answer) == (200, {"predictions": ["negative", "positive"]})
    assert ask(port, "POST", "/predict", '{"instances": []}') == (200, {"predictions": []})


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/predict", "{", "the body is not JSON"),
        ("/predict", "[" * 100_000, "the body is not JSON"),
        ("/predict", "[]", "the body must be"),
        ("/predict", '{"instances": [39]}', "the body must be"),
        ("/predict", '{"instances": [{}]}', "instance 0: review is missing"),
        ("/nowhere", "{}", "there is POST /predict"),
    ],
)
def test_nonsense_is_refused_and_the_server_lives_on(
    port: int, path: str, body: str, message: str
) -> None:
    status, answer = ask(port, "POST", path, body)
    assert status == 400
    assert answer["error"].startswith(message)
    assert ask(port, "GET", "/health")[0] == 200


def test_sigterm_ends_it_in_good_order(folder: Path) -> None:
    with start(folder) as server:
        port_of(server)
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
