"""Runs pytest in the project's environment, with the pipeline's own pytest as a fallback, and counts the tests.

Called as `pytest_with_tools.py SPEC`, where SPEC is the JSON of a `Spec`. The folder of tools goes to the end of the
search path, so that a project with pytest or a plugin among its dependencies gets its own version, and nothing is
installed into its environment.

pytest runs in a process of its own. Tests and hooks can end that process at any moment, with any exit code, and can
change every file; so this one looks at what the plugin recorded until then and writes tests.json. It exits with 0 only
when pytest came to its end and every test that was to run did, without a failure.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Optional, TypedDict

from typed_json import specification, write

# How many names a message shows.
SHOWN = 5


class Spec(TypedDict):
    tools: str
    results: str
    # For the plugin.
    layer: object
    args: list[str]


class Names(TypedDict):
    count: int
    # The first ones.
    names: list[str]


class Unused(TypedDict):
    file: str
    names: list[str]
    why: str


class Junit(TypedDict):
    """What pytest's junit.xml has to say."""

    failed: int
    skipped: int
    # Fewer where a test failed twice, in itself and in its teardown.
    leastTests: int
    mostTests: int


class Tests(TypedDict):
    # Whether the plugin saw what was collected.
    counted: bool
    # Whether pytest returned.
    ended: bool
    # pytest's own; null when it did not return.
    exitCode: Optional[int]
    processExitCode: int
    # The test that ran when pytest ended.
    during: Optional[str]
    collected: int
    deselected: int
    passed: int
    failed: int
    skipped: int
    # Tests that were expected to fail and did, and that did not.
    expectedFailures: int
    unexpectedPasses: int
    # Files that could not be collected.
    errors: int
    notRun: Names
    # Tests that raised and were reported as passed.
    hidden: Names
    unused: list[Unused]
    junit: Junit


class Outcomes:
    """What became of the tests, by the events of the record."""

    def __init__(self) -> None:
        self.counted = False
        self.code: Optional[int] = None
        self.during: Optional[str] = None
        self.selected: dict[str, None] = {}
        self.deselected: set[str] = set()
        self.files: Counter[str] = Counter()
        self.states: dict[str, dict[str, str]] = {}
        self.raw: Counter[str] = Counter()
        self.doubled = 0
        self.unused: list[Unused] = []

    def add(self, event: list[object]) -> None:
        handler = getattr(self, f"on_{event[0]}")
        handler(*event[1:])

    def on_collected(self, selected: list[str], deselected: list[str]) -> None:
        self.counted = True
        self.selected.update(dict.fromkeys(selected))
        self.deselected.update(deselected)

    def on_file(self, _nodeid: str, outcome: str) -> None:
        self.files[outcome] += 1
        self.raw[outcome] += 1

    def on_start(self, nodeid: str) -> None:
        self.during = nodeid

    def on_finish(self, _nodeid: str) -> None:
        self.during = None

    def on_report(self, nodeid: str, when: str, outcome: str, xfail: bool, raised: bool, subtest: bool) -> None:
        phases = self.states.setdefault(nodeid, {})
        state = outcome_of(outcome, xfail, raised)
        if outcome in {"failed", "skipped"} or (outcome == "passed" and when == "call"):
            self.raw[outcome] += 1
        if when == "teardown" and outcome == "failed" and phases.get("call") == "failed":
            self.doubled += 1
        if not subtest:
            phases[when] = state
        elif state in {"failed", "hidden"}:
            phases["subtest"] = state

    def on_worker(self, deselected: list[str], unused: list[Unused]) -> None:
        self.deselected.update(deselected)
        self.unused = unused

    def on_unused(self, unused: list[Unused]) -> None:
        self.unused = unused

    def on_end(self, code: int) -> None:
        self.code = code

    def result(self, status: int) -> Tests:
        finals = {nodeid: final(phases) for nodeid, phases in self.states.items()}
        counts = Counter(finals.values())
        left = [nodeid for nodeid in self.selected if finals.get(nodeid, "") == ""]
        hidden = [nodeid for nodeid, state in finals.items() if state == "hidden"]
        most = self.raw["passed"] + self.raw["failed"] + self.raw["skipped"]
        return {
            "counted": self.counted,
            "ended": self.code is not None,
            "exitCode": self.code,
            "processExitCode": status,
            "during": self.during,
            "collected": len(self.selected),
            "deselected": len(self.deselected - set(self.selected)),
            "passed": counts["passed"],
            "failed": counts["failed"] + counts["hidden"],
            "skipped": counts["skipped"] + self.files["skipped"],
            "expectedFailures": counts["expected"],
            "unexpectedPasses": counts["unexpected"],
            "errors": self.files["failed"],
            "notRun": shown(left),
            "hidden": shown(hidden),
            "unused": self.unused,
            "junit": {
                "failed": self.raw["failed"],
                "skipped": self.raw["skipped"],
                "leastTests": most - self.doubled,
                "mostTests": most,
            },
        }


def outcome_of(outcome: str, xfail: bool, raised: bool) -> str:
    if outcome == "passed" and raised:
        return "hidden"
    if outcome == "skipped" and xfail:
        return "expected"
    if outcome == "passed" and xfail:
        return "unexpected"
    return outcome


def final(phases: dict[str, str]) -> str:
    """The outcome of a test; empty for one that did not run."""
    for state in ("failed", "hidden"):
        if state in phases.values():
            return state
    skipped = next((phases[when] for when in ("setup", "teardown") if phases.get(when) in {"skipped", "expected"}), "")
    return phases.get("call", skipped)


def shown(names: list[str]) -> Names:
    return {"count": len(names), "names": names[:SHOWN]}


def read_events(file: int) -> Outcomes:
    outcomes = Outcomes()
    with os.fdopen(file, "rb") as record:
        record.seek(0)
        for line in record:
            try:
                outcomes.add(json.loads(line))
            except (ValueError, AttributeError, TypeError, IndexError):
                # Something else wrote here, so nothing that it says is believed.
                return Outcomes()
    return outcomes


def run_pytest(spec: Spec, record: int) -> int:
    """Becomes pytest."""
    # Projects expect the working directory first in the search path, as with `python -m pytest`.
    sys.path[1:1] = [str(Path.cwd())]
    sys.path.append(spec["tools"])
    import ml_pipeline_counts as counts
    import pytest

    # The processes of pytest-xdist import the plugin from the end of the path.
    sys.path.append(sys.path.pop(0))
    counts.STATE.record = counts.Record(record)
    options = ["-p", counts.__name__, f"{counts.OPTION}={json.dumps(spec['layer'])}"]
    code = int(pytest.main([*options, *spec["args"]]))
    counts.add("end", code)
    return code


def main() -> int:
    spec = specification(Spec, sys.argv[1])
    with tempfile.TemporaryFile() as file:
        record = os.dup(file.fileno())
    child = os.fork()
    if child == 0:
        sys.exit(run_pytest(spec, record))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    # By the shell's convention for a process that a signal ended.
    status = code if code >= 0 else 128 - code
    tests = read_events(record).result(status)
    write(tests, Path(spec["results"]) / "tests.json")
    bad = tests["failed"] + tests["errors"] + tests["notRun"]["count"]
    sound = tests["counted"] and tests["exitCode"] == 0 and bad == 0
    return status or (0 if sound else 1)


if __name__ == "__main__":
    sys.exit(main())
