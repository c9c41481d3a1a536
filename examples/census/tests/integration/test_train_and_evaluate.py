"""Training and evaluation as the pipeline calls them: as programs, on a sample."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "sample"


def run(
    *arguments: object, folder: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def train(output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    arguments = ("--data", SAMPLE, "--output", output, "--epochs", 2)
    return run("src.train", *arguments, folder=ROOT, **environment)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    result = train(folder, OMP_NUM_THREADS="1", PYTHONHASHSEED="1")
    assert result.returncode == 0, result.stderr
    return folder


def test_the_same_bytes_with_other_threads_and_hash_seeds(models: Path, tmp_path: Path) -> None:
    assert train(tmp_path, OMP_NUM_THREADS="4", PYTHONHASHSEED="2").returncode == 0
    names = sorted(path.name for path in models.iterdir())
    assert names == ["metrics.json", "model.json"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (models / name).read_bytes()


def test_evaluation_writes_metrics_that_follow_from_its_predictions(
    models: Path, tmp_path: Path
) -> None:
    result = run("src.evaluate", "--model", models, "--data", SAMPLE, "--output", tmp_path)
    assert result.returncode == 0, result.stderr
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    with (tmp_path / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "label", "prediction", "score", "sex", "race"]
    assert [row["id"] for row in rows] == [str(index) for index in range(400)]
    right = sum(row["label"] == row["prediction"] for row in rows)
    assert metrics["n"] == 400
    assert metrics["accuracy"] == pytest.approx(right / 400)
    assert metrics["accuracy"] > 0.8
    thresholds = json.loads((models / "model.json").read_text())["thresholds"]
    for row in rows:
        limit = thresholds.get(row["sex"], 0.5)
        assert (float(row["score"]) > limit) == (row["prediction"] == ">50K")


@pytest.mark.parametrize("choice", ["none", "thresholds"])
def test_the_setting_in_pyproject_decides_about_thresholds(tmp_path: Path, choice: str) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    (tmp_path / "pyproject.toml").write_text(f'[tool.census]\nmitigation = "{choice}"\n')
    arguments = ("--data", SAMPLE, "--output", "models", "--epochs", 1)
    result = run("src.train", *arguments, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    thresholds = json.loads((tmp_path / "models" / "model.json").read_text())["thresholds"]
    assert sorted(thresholds) == ([] if choice == "none" else ["Female", "Male"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("src.train", "--data", "nowhere", "--output", "unused"),
        ("src.evaluate", "--model", "nowhere", "--data", SAMPLE, "--output", "unused"),
    ],
)
def test_absent_input_is_one_line_and_no_stack_trace(arguments: tuple[object, ...]) -> None:
    result = run(*arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("error: nowhere/")
    assert result.stderr.count("\n") == 1
