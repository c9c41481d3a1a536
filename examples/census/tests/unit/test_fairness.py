from pathlib import Path

import numpy as np
import pytest

from src import fairness
from src.errors import InputError
from src.fairness import COMMON, GOAL, MIN_GROUP, mitigation, thresholds

# Of A, 400 in 1,000 are above 0.5; of B 100 in 1,000, and 340 above 0.16.
GROUPS = ["A"] * 1000 + ["B"] * 1000
A = [0.9] * 400 + [0.1] * 600
B = [0.8] * 100 + [0.3] * 100 + [0.165] * 140 + [0.05] * 660
SCORES = np.array(A + B)


def test_a_rarer_group_gets_the_highest_threshold_that_reaches_the_goal() -> None:
    assert GOAL * 400 == 340
    assert thresholds(GROUPS, SCORES) == {"A": COMMON, "B": 0.16}


def test_the_order_of_the_rows_does_not_matter() -> None:
    order = np.random.default_rng(0).permutation(len(GROUPS))
    shuffled = thresholds([GROUPS[index] for index in order], SCORES[order])
    assert list(shuffled.items()) == list(thresholds(GROUPS, SCORES).items())


def test_equal_groups_keep_the_common_threshold() -> None:
    assert thresholds(GROUPS, np.array(A + A)) == {"A": COMMON, "B": COMMON}


def test_no_favourable_answer_at_all() -> None:
    assert thresholds(GROUPS, np.full(2000, 0.4)) == {"A": COMMON, "B": COMMON}


def test_a_group_that_hardly_scores_gets_the_lowest_threshold() -> None:
    assert thresholds(GROUPS, np.array(A + [0.001] * 1000)) == {"A": COMMON, "B": 0.0}


def test_small_groups_and_the_unknown_have_no_threshold_of_their_own() -> None:
    few = MIN_GROUP - 1
    groups = GROUPS + ["C"] * few + [""] * 500
    scores = np.concatenate([SCORES, np.full(few + 500, 0.99)])
    assert thresholds(groups, scores) == {"A": COMMON, "B": 0.16}
    assert thresholds([], np.empty(0)) == {}


def settings(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("choice", ["none", "thresholds"])
def test_the_choice_is_the_projects(tmp_path: Path, choice: str) -> None:
    text = f'[tool.ruff]\nline-length = 100\n[tool.census]\nmitigation = "{choice}"\n'
    assert mitigation(settings(tmp_path, text)) == choice


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("", "None"),
        ("[tool.census]\n", "None"),
        ('[tool.census]\nmitigation = "some"\n', "'some'"),
        ("[tool.census]\nmitigation = true\n", "True"),
    ],
)
def test_another_choice_is_refused(tmp_path: Path, text: str, given: str) -> None:
    message = f'mitigation must be "none" or "thresholds", not {given}$'
    with pytest.raises(InputError, match=message):
        mitigation(settings(tmp_path, text))


def test_no_settings_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not None"):
        mitigation(tmp_path / "pyproject.toml")


def test_this_project_has_chosen() -> None:
    assert mitigation() in ("none", "thresholds")
    assert fairness.SETTINGS.is_file()
