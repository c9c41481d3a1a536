"""A plugin of pytest that records which tests there are and what became of each.

It tells them over a pipe to the process that started pytest, one after the other. So no file, exit code or setting of
the project decides what was run, and nothing that was told can be changed later. Where tests run in processes of
pytest-xdist, the plugin is also loaded there, and gives what only they know to the process that they report to.

The next word tells pytest not to warn that it cannot change a module which is there already: PYTEST_DONT_REWRITE
"""

import json
import os
import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any, Optional, TypedDict
from unittest import SkipTest

import pytest
from ml_pipeline_call_watch import CallWatch
from ml_pipeline_inventory import UNITTEST_NAME, Patterns, TestFile, inventory

OPTION = "--ml-pipeline-layer"
# What a report has where something was raised: a failure, or what a test may raise by itself.
ATTRIBUTE = "ml_pipeline_raised"
FAILURE = "failure"
EXCUSE = "excuse"
# The function of the test was not called.
IDLE = "idle"


class Layer(TypedDict):
    # The folder of the layer's tests.
    own: str
    # Whether tests that no layer names belong to it.
    rest: bool
    # The folders of the other layers.
    others: list[str]


class Unused(TypedDict):
    file: str
    # Functions and classes; empty when all of the file is meant.
    names: list[str]
    # name, testpaths, script, project, constructor or ignored.
    why: str


class Record:
    """Writes events, one a line. A process that a test forked has the pipe too, and does not count.

    Functions of the standard library are kept as they are now, since tests replace them.
    """

    def __init__(self, file: int) -> None:
        self.file = file
        self.encode = json.JSONEncoder().encode
        self.write = os.write
        self.current_process = os.getpid
        self.process = os.getpid()

    def is_of_this_process(self) -> bool:
        return self.current_process() == self.process

    def add(self, *event: object) -> None:
        if self.is_of_this_process():
            left = self.encode(event).encode("ascii") + b"\n"
            while left:
                left = left[self.write(self.file, left) :]


@dataclass
class State:
    """What one process knows of the session."""

    record: Optional[Record] = None
    layer: Layer = field(default_factory=lambda: Layer(own="", rest=False, others=[]))
    root: Path = field(default_factory=Path.cwd)
    files: list[TestFile] = field(default_factory=list)
    # Files that were collected, each with the names of tests in it.
    used: dict[str, set[str]] = field(default_factory=dict)
    # Files that were looked at and have no tests to list: an error, or skipped as a whole.
    looked_at: set[str] = field(default_factory=set)
    # Files that could not be collected, and that a hook reported as well.
    hidden_files: list[str] = field(default_factory=list)
    # The test that was called last, if its function was not.
    idle: str = ""
    deselected: list[str] = field(default_factory=list)


STATE = State()


def add(*event: object) -> None:
    if STATE.record is not None:
        STATE.record.add(*event)


def pytest_addoption(parser: Any) -> None:
    parser.addoption(OPTION, dest="ml_pipeline_layer", help="the layer of tests, as JSON")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: Any) -> None:
    layer = config.getoption("ml_pipeline_layer")
    if layer is None:
        # `--help` ends the reading of options where it stands.
        return
    STATE.layer = json.loads(layer)
    patterns = Patterns(*(config.getini(f"python_{kind}") for kind in ("files", "classes", "functions")))
    own, rest, others = STATE.layer["own"], STATE.layer["rest"], STATE.layer["others"]
    STATE.files = inventory(STATE.root, "" if rest else own, others if rest else [], patterns)
    if config.pluginmanager.hasplugin("cacheprovider") and not hasattr(config, "workerinput"):
        # `--last-failed` and its like go by an earlier run, which the project may have left there.
        config.option.cacheclear = True
    if rest:
        take_the_rest(config, own, others)


def take_the_rest(config: Any, own: str, others: list[str]) -> None:
    """Adds what no layer names to what pytest looks at, as pytest would by itself: `testpaths`, or everything."""
    testpaths = [path for one in config.getini("testpaths") for path in sorted(glob(str(root_of(config) / one)))]
    outside = [one for one in STATE.files if not one.path.startswith(f"{own}/") and not one.project]
    tests = [one for one in outside if not one.script]
    for_unittest = [one.path for one in tests if is_for_unittest(one)]
    if any(one.matches for one in tests) or for_unittest:
        look_at(config, testpaths or [str(STATE.root)])
    elif getattr(config.option, "doctestmodules", False):
        look_at(config, testpaths or [str(STATE.root / "src")])
    if not testpaths:
        for path in for_unittest:
            # pytest would pass over the names that only unittest takes.
            config.addinivalue_line("python_files", path)
        scripts = [one.path for one in outside if one.script]
        projects = {one.project for one in STATE.files if one.project}
        ignore(config, [*scripts, *projects])
    ignore(config, others)


def look_at(config: Any, paths: list[str]) -> None:
    """Adds places, without those inside of another one, since some versions of pytest would not look at all of both."""
    places = dict.fromkeys((*paths, *config.args))
    parents = {place: set((STATE.root / place.split("::")[0]).parents) for place in places}
    config.args[:] = [one for one in places if not any(STATE.root / other in parents[one] for other in places)]


def is_for_unittest(one: TestFile) -> bool:
    return one.unittest and not one.matches and fnmatch(one.path.rsplit("/", 1)[-1], UNITTEST_NAME)


def ignore(config: Any, paths: Iterable[str]) -> None:
    config.option.ignore = [*(config.option.ignore or []), *(str(STATE.root / path) for path in paths)]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[Any]) -> Generator[None, Any, None]:
    before = [item.nodeid for item in items]
    for item in items:
        path, names = split(item.nodeid, root_of(item.config))
        STATE.used.setdefault(path, set()).add(names)
    yield
    after = {item.nodeid for item in items}
    STATE.deselected = [nodeid for nodeid in before if nodeid not in after]
    add("collected", [item.nodeid for item in items], STATE.deselected)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(ids: list[str]) -> None:
    add("collected", ids, [])


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_make_collect_report() -> Generator[None, Any, None]:
    """Marks the report of a file that could not be collected, before any hook of the project sees it."""
    outcome = yield
    report = outcome.get_result()
    if report.outcome == "failed":
        setattr(report, ATTRIBUTE, FAILURE)


def pytest_collectreport(report: Any) -> None:
    failed = getattr(report, ATTRIBUTE, "") == FAILURE
    if failed and report.outcome == "passed":
        STATE.hidden_files.append(report.nodeid)
    if failed or report.outcome != "passed":
        STATE.looked_at.add(report.nodeid.split("::")[0])
        add("file", report.nodeid, report.outcome, failed)


def pytest_runtest_logstart(nodeid: str) -> None:
    add("start", nodeid)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, None]:
    """Notices a test whose function nobody calls, where code of the project says how tests are called."""
    watch = CallWatch.of(item)
    if watch is None:
        yield
        return
    with watch:
        yield
    STATE.idle = item.nodeid if watch.is_idle() else ""


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, None]:
    """Marks the report of a test that raised, so that a hook which calls it something else is noticed."""
    before = call.excinfo
    outcome = yield
    # unittest's exceptions are there only now.
    excinfo = before or call.excinfo
    if excinfo is not None:
        setattr(outcome.get_result(), ATTRIBUTE, FAILURE if is_failure(item, excinfo) else EXCUSE)
    elif call.when == "call" and STATE.idle == item.nodeid:
        setattr(outcome.get_result(), ATTRIBUTE, IDLE)


def is_failure(item: Any, excinfo: Any) -> bool:
    """Whether an exception is neither a skip nor a failure that the test itself says is expected."""
    excuses = (pytest.skip.Exception, pytest.xfail.Exception, SkipTest)
    return not isinstance(excinfo.value, excuses) and item.get_closest_marker("xfail") is None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_logreport(report: Any) -> Generator[None, Any, None]:
    """Records what became of a report after every plugin had its say, as the other reports of the session show it."""
    yield
    end_if_forked()
    raised = getattr(report, ATTRIBUTE, "")
    subtest = hasattr(report, "context")
    add("report", report.nodeid, report.when, report.outcome, hasattr(report, "wasxfail"), raised, subtest)


def end_if_forked() -> None:
    """Ends the copy of pytest that a test forked and did not end, before it repeats the session."""
    if STATE.record is not None and not STATE.record.is_of_this_process():
        os._exit(1)


def pytest_runtest_logfinish(nodeid: str) -> None:
    add("finish", nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    told = getattr(node, "workeroutput", {}).get("ml_pipeline")
    if told is not None:
        add("worker", told["deselected"], told["unused"], told["hidden_files"])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: Any) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["ml_pipeline"] = {
            "deselected": STATE.deselected,
            "unused": unused(config),
            "hidden_files": STATE.hidden_files,
        }
    elif not is_distributed(config):
        add("unused", unused(config))


def is_distributed(config: Any) -> bool:
    return bool(config.pluginmanager.hasplugin("dsession"))


def unused(config: Any) -> list[Unused]:
    """Tests of the layer that pytest did not collect."""
    root = root_of(config)
    looked_at = {split(nodeid, root)[0] for nodeid in STATE.looked_at}
    imported = imported_files()
    rows = (unused_of(config, one, imported) for one in STATE.files if one.path not in looked_at)
    return [row for row in rows if row is not None]


def unused_of(config: Any, one: TestFile, imported: set[str]) -> Optional[Unused]:
    used = STATE.used.get(one.path)
    if used is not None:
        names = [name for name in (*one.names, *one.constructed) if name not in used]
        if not names:
            return None
        why = "constructor" if set(names) <= set(one.constructed) else "ignored"
        return {"file": one.path, "names": names, "why": why}
    if not one.names and not one.constructed:
        return None
    # A module of helpers that tests import may well have names that begin with "test".
    if not one.matches and str(STATE.root / one.path) in imported:
        return None
    return {"file": one.path, "names": [], "why": why_unused(config, one)}


def why_unused(config: Any, one: TestFile) -> str:
    testpaths = config.getini("testpaths")
    if one.project:
        return "project"
    if one.script:
        return "script"
    if not one.matches:
        return "name"
    if testpaths and not any(is_below(one.path, path, root_of(config)) for path in testpaths):
        return "testpaths"
    return "constructor" if not one.names else "ignored"


def is_below(file: str, pattern: str, root: Path) -> bool:
    path = STATE.root / file
    return any(path == Path(one) or Path(one) in path.parents for one in glob(str(root / pattern)))


def imported_files() -> set[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return {str(file) for file in files if file}


def root_of(config: Any) -> Path:
    """pytest 6 has no `rootpath` of every config."""
    return Path(str(getattr(config, "rootpath", None) or config.rootdir))


def split(nodeid: str, root: Path) -> tuple[str, str]:
    """The file of a test, relative to the project, and the function or class in it."""
    file, _, rest = nodeid.partition("::")
    return os.path.relpath(root / file, STATE.root), rest.split("::")[0].split("[")[0]
