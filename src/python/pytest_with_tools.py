"""Runs pytest in the project's environment, with the pipeline's own pytest as a fallback, and counts the tests.

Called as `pytest_with_tools.py SPEC`, where SPEC is the JSON of a `Spec`. The folder of tools goes to the end of the
search path, so that a project with pytest or a plugin among its dependencies gets its own version, and nothing is
installed into its environment.

pytest runs in a process of its own. Tests and hooks can end that process at any moment, with any exit code, and can
change every file; so this one is told by the plugin, over a pipe, what happens when it happens, and writes tests.json.
What was said cannot be taken back. It exits with 0 only when pytest came to its end and every test that was to run did,
without a failure.

Code of the project runs in pytest's process, and can call all that the plugin can. Code that means to lie about its own
tests is not kept from it: whoever may write the tests may also write tests that test nothing.
"""

import json
import os
import secrets
import sys
from collections import Counter
from pathlib import Path
from threading import Thread
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
    # Whether something else than the plugin wrote into its record.
    disturbed: bool
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
    # Tests that raised, and files that could not be collected, and that were reported as passed.
    hidden: Names
    # The same, reported as skipped or as expected to fail although nothing in them says so.
    excused: Names
    unused: list[Unused]
    junit: Junit


class Outcomes:
    """What became of the tests, by the events of the record."""

    def __init__(self) -> None:
        self.counted = False
        self.disturbed = False
        self.code: Optional[int] = None
        self.during: Optional[str] = None
        self.selected: dict[str, None] = {}
        self.deselected: set[str] = set()
        self.files: Counter[str] = Counter()
        self.states: dict[str, dict[str, str]] = {}
        self.raw: Counter[str] = Counter()
        self.doubled = 0
        self.unused: list[Unused] = []
        self.hidden_files: list[str] = []
        self.excused: dict[str, None] = {}

    def add(self, line: bytes) -> None:
        """Takes an event of the record. After one that the plugin cannot have written, nothing is believed."""
        try:
            kind, *values = json.loads(line)
            if self.disturbed or self.code is not None:
                raise ValueError("nothing comes after the end")
            getattr(self, f"on_{kind}")(*values)
        except (ValueError, AttributeError, TypeError, RecursionError):
            self.disturbed = True

    def on_collected(self, selected: list[str], deselected: list[str]) -> None:
        self.counted = True
        self.selected.update(dict.fromkeys(selected))
        self.deselected.update(deselected)

    def on_file(self, nodeid: str, outcome: str, failed: bool) -> None:
        if failed and outcome == "passed":
            self.hidden_files.append(nodeid)
        elif failed and outcome == "skipped":
            self.excused[nodeid] = None
        if outcome != "passed":
            self.files[outcome] += 1
            self.raw[outcome] += 1

    def on_start(self, nodeid: str) -> None:
        self.during = nodeid

    def on_finish(self, _nodeid: str) -> None:
        self.during = None

    def on_report(self, nodeid: str, when: str, outcome: str, xfail: bool, raised: str, subtest: bool) -> None:
        phases = self.states.setdefault(nodeid, {})
        state = outcome_of(outcome, xfail, raised)
        if outcome == "skipped" and raised == "failure":
            self.excused[nodeid] = None
        if outcome in {"failed", "skipped"} or (outcome == "passed" and when == "call"):
            self.raw[outcome] += 1
        if when == "teardown" and outcome == "failed" and phases.get("call") == "failed":
            self.doubled += 1
        bad = state in {"failed", "hidden"}
        if subtest and bad:
            phases["subtest"] = state
        elif not subtest and (bad or phases.get(when) not in {"failed", "hidden"}):
            phases[when] = state

    def on_worker(self, deselected: list[str], unused: list[Unused], hidden_files: list[str]) -> None:
        self.deselected.update(deselected)
        self.unused = unused
        self.hidden_files.extend(hidden_files)

    def on_unused(self, unused: list[Unused]) -> None:
        self.unused = unused

    def on_end(self, code: int) -> None:
        self.code = code

    def result(self, status: int) -> Tests:
        finals = {nodeid: final(phases) for nodeid, phases in self.states.items()}
        counts = Counter(finals.values())
        left = [nodeid for nodeid in self.selected if finals.get(nodeid, "") == ""]
        hidden_files = list(dict.fromkeys(self.hidden_files))
        hidden = [*hidden_files, *(nodeid for nodeid, state in finals.items() if state == "hidden")]
        most = self.raw["passed"] + self.raw["failed"] + self.raw["skipped"]
        return {
            "counted": self.counted,
            "ended": self.code is not None,
            "exitCode": self.code,
            "processExitCode": status,
            "disturbed": self.disturbed,
            "during": self.during,
            "collected": len(self.selected),
            "deselected": len(self.deselected - set(self.selected)),
            "passed": counts["passed"],
            "failed": counts["failed"] + counts["hidden"],
            "skipped": counts["skipped"] + self.files["skipped"],
            "expectedFailures": counts["expected"],
            "unexpectedPasses": counts["unexpected"],
            "errors": self.files["failed"] + len(hidden_files),
            "notRun": shown(left),
            "hidden": shown(hidden),
            "excused": shown(list(self.excused)),
            "unused": self.unused,
            "junit": {
                "failed": self.raw["failed"],
                "skipped": self.raw["skipped"],
                "leastTests": most - self.doubled,
                "mostTests": most,
            },
        }


def outcome_of(outcome: str, xfail: bool, raised: str) -> str:
    if outcome == "passed" and raised == "idle":
        return ""
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


def follow(record: int, last: bytes, outcomes: Outcomes) -> None:
    """Takes events until the line that this process writes when pytest has ended.

    The end of the file would come too late: a process that a test forked may keep the pipe open.
    """
    with os.fdopen(record, "rb") as lines:
        before = b""
        for line in lines:
            # What comes right before the last line is its empty one, or what a killed process left of an event.
            if line == last:
                return
            if before:
                outcomes.add(before)
            before = line


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
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        sys.exit(run_pytest(spec, writing))
    # Made after the fork, so that pytest's process does not know it.
    last = f"{secrets.token_hex()}\n".encode()
    outcomes = Outcomes()
    reader = Thread(target=follow, args=(reading, last, outcomes))
    reader.start()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(writing, b"\n" + last)
    reader.join()
    # By the shell's convention for a process that a signal ended.
    status = code if code >= 0 else 128 - code
    tests = outcomes.result(status)
    write(tests, Path(spec["results"]) / "tests.json")
    bad = tests["failed"] + tests["errors"] + tests["notRun"]["count"]
    sound = tests["counted"] and not tests["disturbed"] and tests["exitCode"] == 0 and bad == 0
    return status or (0 if sound else 1)


if __name__ == "__main__":
    sys.exit(main())
