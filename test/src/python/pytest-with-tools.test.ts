import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { TOOLS } from "../../../src/containers/settings.ts";
import { parseJson } from "../../../src/json.ts";
import { otherFolders, testFolders } from "../../../src/project/tests.ts";
import { testTotals } from "../../../src/stages/junit.ts";
import { contradiction, countsWarnings, type TestCounts, testCountsSchema } from "../../../src/stages/test-counts.ts";
import { ENVIRONMENT_MS, pythonPackages } from "../../support/python-environment.ts";
import { inFolder, pythonIn } from "./python.ts";

const PINS = [`pytest==${TOOLS.pytest}`, "pytest-xdist==3.8.0"];
let tools = "";
beforeAll(async () => {
  tools = await pythonPackages("pytest", PINS);
}, ENVIRONMENT_MS);

type Files = Readonly<Record<string, string>>;

interface Session {
  readonly code: number;
  readonly counts: TestCounts;
  /** Why it is not believed; undefined where it is. */
  readonly contradicted: string | undefined;
}

/** Runs the unit tests of a project that has these files. */
async function unitTests(files: Files): Promise<Session> {
  let session: Session | undefined;
  await inFolder(async (folder) => {
    const project = join(folder, "project");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    const junit = join(folder, "junit.xml");
    const own = "tests/unit";
    const args = ["-q", `--junitxml=${junit}`, ...(existsSync(join(project, own)) ? [own] : [])];
    const layer = { own, rest: true, others: otherFolders(testFolders(), "unit") };
    const spec = JSON.stringify({ tools, results: folder, layer, args });
    const { code } = await pythonIn(project, {}, "pytest_with_tools.py", spec);
    const counts = parseJson(readFileSync(join(folder, "tests.json"), "utf8"), testCountsSchema, "tests.json");
    const totals = existsSync(junit) ? testTotals(readFileSync(junit, "utf8")) : undefined;
    session = { code, counts, contradicted: contradiction(counts, totals) };
  });
  if (session === undefined) throw new Error("nothing ran");
  return session;
}

const PASSES = "def test_one():\n    pass\n";
const FAILS = "def test_bad():\n    assert 0\n";
const UNIT = "tests/unit/test_a.py";
const ini = (lines: string): Files => ({ "pytest.ini": `[pytest]\n${lines}\n` });
const hook = (text: string): Files => ({ "tests/conftest.py": text });

describe("tests that did not run did not pass", () => {
  test.each<[string, Files, RegExp]>([
    [
      "os._exit(0)",
      { [UNIT]: `${PASSES}import os\ndef test_two():\n    os._exit(0)\n${FAILS}` },
      /ended during tests\/unit\/test_a\.py::test_two \(exit code 0\); 2 of 3/,
    ],
    [
      "sys.exit(0) in conftest.py",
      { [UNIT]: FAILS, ...hook("import sys\nsys.exit(0)\n") },
      /before any test was collected/,
    ],
    [
      "an exit code that a hook sets",
      { [UNIT]: FAILS, ...hook("def pytest_sessionfinish(session):\n    session.exitstatus = 0\n") },
      /exit code is 0 although tests failed/,
    ],
    [
      "os._exit(0) at exit",
      { [UNIT]: FAILS, ...hook("import atexit, os\natexit.register(lambda: os._exit(0))\n") },
      /exit code is 0 although tests failed/,
    ],
    [
      "pytest.exit(returncode=0)",
      { [UNIT]: `import pytest\ndef test_a():\n    pytest.exit("enough", returncode=0)\n${FAILS}` },
      /2 of 2 collected tests did not run/,
    ],
    [
      "pytest.exit before the collection",
      { [UNIT]: PASSES, ...hook('import pytest\ndef pytest_sessionstart():\n    pytest.exit("no", returncode=0)\n') },
      /without collecting tests/,
    ],
    ["--collect-only", { [UNIT]: PASSES, ...ini("addopts = --collect-only") }, /1 of 1 collected test did not run/],
    [
      "a hook in place of the tests",
      { [UNIT]: FAILS, ...hook("def pytest_runtest_protocol(item):\n    return True\n") },
      /did not run: tests\/unit\/test_a\.py::test_bad/,
    ],
    [
      "a hook that turns failures into passes",
      {
        [UNIT]: FAILS,
        ...hook(
          "import pytest\n@pytest.hookimpl(hookwrapper=True, tryfirst=True)\ndef pytest_runtest_makereport():\n    outcome = yield\n    outcome.get_result().outcome = 'passed'\n",
        ),
      },
      /1 failure that a hook of the project reported as passed: tests\/unit\/test_a\.py::test_bad/,
    ],
    [
      "a hook that forgets what was raised",
      { [UNIT]: FAILS, ...hook("def pytest_runtest_makereport(call):\n    call.excinfo = None\n") },
      /1 failure that a hook of the project reported as passed/,
    ],
    [
      "a hook that hides a file which cannot be imported",
      {
        [UNIT]: PASSES,
        "tests/unit/test_b.py": `import no_such_module\n${FAILS}`,
        ...hook(
          "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_make_collect_report():\n    outcome = yield\n    report = outcome.get_result()\n    if report.failed:\n        report.outcome, report.result = 'passed', []\n",
        ),
      },
      /1 failure that a hook of the project reported as passed: tests\/unit\/test_b\.py/,
    ],
    [
      "a hook in place of the call",
      { [UNIT]: FAILS, ...hook("def pytest_pyfunc_call():\n    return True\n") },
      /1 of 1 collected test did not run/,
    ],
    [
      "another way to run a test",
      { [UNIT]: FAILS, ...hook("import pytest\npytest.Function.runtest = lambda self: None\n") },
      /1 of 1 collected test did not run/,
    ],
    [
      "a report that was changed after it was told",
      {
        [UNIT]: `${FAILS}import os\ndef test_z():\n    for file in os.listdir("/proc/self/fd"):\n        try:\n            os.ftruncate(int(file), 0)\n        except OSError:\n            pass\n`,
        ...hook("def pytest_sessionfinish(session):\n    session.exitstatus = 0\n"),
      },
      /exit code is 0 although tests failed/,
    ],
    [
      "what else is written into the record",
      {
        [UNIT]: `${PASSES}import ml_pipeline_counts, os\ndef test_z():\n    os.write(ml_pipeline_counts.STATE.record.file, b"x\\n")\n`,
      },
      /wrote into the pipeline's record of the tests/,
    ],
    ["--help", { [UNIT]: PASSES, ...ini("addopts = --help") }, /without collecting tests/],
    [
      "a junit.xml that is removed",
      {
        [UNIT]: PASSES,
        ...hook("import os\ndef pytest_unconfigure(config):\n    os.remove(config.option.xmlpath)\n"),
      },
      /left no junit\.xml/,
    ],
    ["a junit.xml that is switched off", { [UNIT]: PASSES, ...ini("addopts = -p no:junitxml") }, /left no junit\.xml/],
  ])("%s", async (_, files, words) => {
    expect((await unitTests(files)).contradicted).toMatch(words);
  });
});

describe("tests that ran are counted", () => {
  test.each<[string, Files, Partial<TestCounts>]>([
    ["with --lf in the settings", { [UNIT]: PASSES, ...ini("addopts = --lf --sw --strict-markers") }, { passed: 1 }],
    [
      "without the plugin that keeps a cache",
      { [UNIT]: PASSES, ...ini("addopts = -p no:cacheprovider\nfilterwarnings = error") },
      { passed: 1 },
    ],
    ["with -k in the settings", { [UNIT]: PASSES + FAILS, ...ini("addopts = -k one") }, { passed: 1, deselected: 1 }],
    [
      "with tests that a hook removes",
      { [UNIT]: PASSES + FAILS, ...hook("def pytest_collection_modifyitems(items):\n    del items[1:]\n") },
      { passed: 1, deselected: 1 },
    ],
    [
      "in processes of pytest-xdist",
      { [UNIT]: PASSES + FAILS, "tests/test_b.py": PASSES, ...ini("addopts = -n 2 -k one") },
      { passed: 2, deselected: 1 },
    ],
    [
      "skipped, one by one and as a file",
      {
        [UNIT]: `import pytest\n@pytest.mark.skip\n${FAILS}${PASSES}`,
        "tests/unit/test_b.py": "import pytest\npytest.importorskip('no_such_module')\n",
      },
      { passed: 1, skipped: 2 },
    ],
    [
      "expected to fail",
      { [UNIT]: `import pytest\n@pytest.mark.xfail\n${FAILS}@pytest.mark.xfail\n${PASSES}` },
      { passed: 0, expectedFailures: 1, unexpectedPasses: 1 },
    ],
    [
      "under any name",
      {
        "tests/unit/test_ü.py":
          "import pytest\n@pytest.mark.parametrize('x', ['ä', '\\ud800', 'a::b[c]'])\ndef test_größe(x):\n    pass\n",
      },
      { passed: 3 },
    ],
    [
      "by a hook of the project that calls those that can be awaited",
      {
        [UNIT]: `async def test_a():\n    pass\n${PASSES}`,
        ...hook(
          "import asyncio, inspect\ndef pytest_pyfunc_call(pyfuncitem):\n    if inspect.iscoroutinefunction(pyfuncitem.obj):\n        asyncio.run(pyfuncitem.obj())\n        return True\n",
        ),
      },
      { passed: 2 },
    ],
    [
      "in processes that a hook of the project makes for them",
      {
        [UNIT]: PASSES,
        ...hook(
          "import os\ndef pytest_pyfunc_call(pyfuncitem):\n    child = os.fork()\n    if child == 0:\n        pyfuncitem.obj()\n        os._exit(0)\n    assert os.waitpid(child, 0)[1] == 0\n    return True\n",
        ),
      },
      { passed: 1 },
    ],
    [
      "while tests replace what the pipeline needs of the standard library",
      {
        [UNIT]: `import json, os\ndef test_a():\n    json.dumps = lambda *a, **k: 'x'\n    os.getpid = lambda: 1\n${PASSES}`,
      },
      { passed: 2 },
    ],
    [
      "by the copy of pytest that began, where a test forks one",
      { [UNIT]: `import os\ndef test_a():\n    os.fork()\n${PASSES}` },
      { passed: 2 },
    ],
  ])("%s", async (_, files, counts) => {
    const session = await unitTests(files);
    expect(session).toMatchObject({ code: 0, counts: { ...counts, failed: 0, errors: 0 } });
    expect(session.contradicted).toBeUndefined();
  });

  test("as skipped or expected to fail where only a hook says so", async () => {
    const excuse = (how: string): string =>
      `import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport():\n    outcome = yield\n    report = outcome.get_result()\n    if report.failed:\n        report.outcome, report.longrepr = "skipped", ("a", 1, "b")\n${how}`;
    for (const how of ["", "        report.wasxfail = 'c'\n"]) {
      const session = await unitTests({ [UNIT]: PASSES + FAILS, ...hook(excuse(how)) });
      expect(session.contradicted).toBeUndefined();
      expect(countsWarnings(session.counts)).toEqual([
        "1 failure that a hook of the project reported as skipped or expected: tests/unit/test_a.py::test_bad",
      ]);
    }
  });

  test("twice failed in itself and its teardown", async () => {
    const text =
      "import pytest\n@pytest.fixture\ndef x():\n    yield\n    raise ValueError\ndef test_a(x):\n    assert 0\n";
    const session = await unitTests({ [UNIT]: text });
    expect(session).toMatchObject({
      code: 1,
      counts: { failed: 1, junit: { failed: 2, leastTests: 1, mostTests: 2 } },
    });
  });
});

describe("what no other layer names is a unit test", () => {
  test("wherever it is", async () => {
    const session = await unitTests({
      [UNIT]: PASSES,
      "tests/test_core.py": FAILS,
      "tests/core/test_deep.py": FAILS,
      "test/test_x.py": FAILS,
      "src/pkg/tests/test_q.py": FAILS,
      "src/model_test.py": FAILS,
      "test/tests.py":
        "from unittest import TestCase\nclass A(TestCase):\n    def test_x(self):\n        self.fail()\n",
    });
    expect(session).toMatchObject({ code: 1, counts: { passed: 1, failed: 6, unused: [] } });
  });

  test("under a name that the project takes, where there is no tests/unit", async () => {
    const files = { "checks/check_x.py": FAILS, ...ini("python_files = check_*.py") };
    expect(await unitTests(files)).toMatchObject({ code: 1, counts: { failed: 1, unused: [] } });
  });

  test("what is found and not run is told", async () => {
    const session = await unitTests({
      [UNIT]: PASSES,
      "tests/unit/checks.py": FAILS,
      "tests/unit/test_b.py": `${PASSES}class TestX:\n    def __init__(self): pass\n    def test_q(self): assert 0\n`,
      "tests/test_z.py": FAILS,
      ...hook("collect_ignore = ['test_z.py']\n"),
      "tools/test_net.py": "def test_net(cfg):\n    pass\nif __name__ == '__main__':\n    test_net(1)\n",
      "libs/x/pyproject.toml": "",
      "libs/x/tests/test_x.py": FAILS,
    });
    expect(session).toMatchObject({ code: 0, counts: { passed: 2 } });
    expect(session.counts.unused).toEqual([
      { file: "libs/x/tests/test_x.py", names: [], why: "project" },
      { file: "tests/test_z.py", names: [], why: "ignored" },
      { file: "tests/unit/checks.py", names: [], why: "name" },
      { file: "tests/unit/test_b.py", names: ["TestX"], why: "constructor" },
      { file: "tools/test_net.py", names: [], why: "script" },
    ]);
  });

  test("what is outside of testpaths is told", async () => {
    const files = { [UNIT]: PASSES, "tests/test_b.py": PASSES, "bench/test_y.py": FAILS, ...ini("testpaths = tests") };
    const unused = [{ file: "bench/test_y.py", names: [], why: "testpaths" }];
    expect(await unitTests(files)).toMatchObject({ code: 0, counts: { passed: 2, unused } });
  });

  test("the contract's script, helpers, fixtures and other layers are none", async () => {
    const session = await unitTests({
      [UNIT]: `from tests.unit.common import *\nimport pytest\n@pytest.fixture\ndef test_rows():\n    return 1\n${PASSES}`,
      "tests/unit/common.py": "def test_file():\n    return 'x'\n",
      "tests/data/checks.py": FAILS,
      "scripts/test_gpu.py": "import sys\nsys.exit(3)\n",
      "src/test_model.py": "import sys\ndef test(x):\n    pass\nif __name__ == '__main__':\n    sys.exit(3)\n",
    });
    expect(session).toMatchObject({ code: 0, counts: { failed: 0, unused: [] } });
    expect(session.contradicted).toBeUndefined();
  });
});
