import { describe, expect, test } from "vitest";
import {
  contradiction,
  countsText,
  countsWarnings,
  leftOut,
  type TestCounts,
  testCountsSchema,
} from "../../../src/stages/test-counts.ts";

const NONE = { count: 0, names: [] };

/** Two tests that passed. */
const PASSED: TestCounts = {
  counted: true,
  ended: true,
  exitCode: 0,
  processExitCode: 0,
  disturbed: false,
  during: null,
  collected: 2,
  deselected: 0,
  passed: 2,
  failed: 0,
  skipped: 0,
  expectedFailures: 0,
  unexpectedPasses: 0,
  errors: 0,
  notRun: NONE,
  hidden: NONE,
  excused: NONE,
  unused: [],
  junit: { failed: 0, skipped: 0, leastTests: 2, mostTests: 2 },
};
const JUNIT = { tests: 2, failed: 0, skipped: 0 };

const said = (changed: Partial<TestCounts>, junit: typeof JUNIT | undefined = JUNIT): string | undefined =>
  contradiction({ ...PASSED, ...changed }, junit);

test("what agrees is believed", () => {
  expect(testCountsSchema.parse(PASSED)).toEqual(PASSED);
  expect(contradiction(PASSED, JUNIT)).toBeUndefined();
});

test("a failure that pytest tells needs no other words", () => {
  expect(said({ exitCode: 1, processExitCode: 1, failed: 1, passed: 1 })).toBeUndefined();
  expect(said({ exitCode: 2, processExitCode: 2, errors: 1 }, undefined)).toBeUndefined();
});

describe("an exit code of 0 is not believed when", () => {
  test.each<[string, Partial<TestCounts>, RegExp]>([
    [
      "a test ends the process",
      { ended: false, exitCode: null, during: "t.py::test_two", notRun: { count: 2, names: ["a", "b"] }, collected: 3 },
      /^pytest's process ended during t\.py::test_two \(exit code 0\); 2 of 3 collected tests did not run$/,
    ],
    [
      "conftest.py ends it",
      { ended: false, exitCode: null, counted: false, collected: 0 },
      /before any test was collected \(exit code 0\)/,
    ],
    ["nothing was collected", { counted: false, collected: 0 }, /without collecting tests/],
    [
      "collected tests did not run",
      { notRun: { count: 7, names: ["a", "b", "c"] }, collected: 9 },
      /^7 of 9 collected tests did not run: a, b, c and 4 more \(.*--collect-only/,
    ],
    ["a hook sets it", { failed: 1 }, /exit code is 0 although tests failed/],
    ["a file was not collected", { errors: 1 }, /although files were not collected/],
    ["the process says something else than pytest", { exitCode: 1 }, /pytest gave exit code 1.*ended with 0/],
    [
      "a hook turns a failure into a pass",
      { hidden: { count: 1, names: ["t.py::a"] }, failed: 1, exitCode: 0 },
      /^1 failure that a hook of the project reported as passed: t\.py::a$/,
    ],
    ["something else writes into the record", { disturbed: true }, /wrote into the pipeline's record/],
  ])("%s", (_, changed, words) => {
    expect(said(changed)).toMatch(words);
  });
});

test("an end by the kernel says what it may be", () => {
  expect(said({ ended: false, exitCode: null, processExitCode: 137, during: "a" })).toContain("out of memory");
});

describe("junit.xml", () => {
  test("must be there", () => {
    expect(contradiction(PASSED, undefined)).toContain("left no junit.xml");
  });

  test.each([
    { tests: 9, failed: 0, skipped: 0 },
    { tests: 1, failed: 0, skipped: 0 },
    { tests: 2, failed: 1, skipped: 0 },
    { tests: 2, failed: 0, skipped: 1 },
  ])("must agree: %j", (junit) => {
    expect(contradiction(PASSED, junit)).toMatch(/^junit\.xml is not what ran: it says .*; there were 2 tests/);
  });

  test("counts a test that failed in itself and in its teardown once or twice", () => {
    const twice = { ...PASSED, junit: { failed: 0, skipped: 0, leastTests: 2, mostTests: 3 } };
    expect(contradiction(twice, { tests: 2, failed: 0, skipped: 0 })).toBeUndefined();
    expect(contradiction(twice, { tests: 3, failed: 0, skipped: 0 })).toBeUndefined();
  });
});

describe("in words", () => {
  test("what was skipped or was to fail has not passed", () => {
    const counts = { ...PASSED, passed: 1, skipped: 3, expectedFailures: 2, unexpectedPasses: 1, deselected: 4 };
    expect(countsText(counts, 0.834, ["src"])).toBe(
      "1 test passed, 3 skipped, 2 failed as expected (xfail), 1 passed unexpectedly (xfail), 4 deselected, 83 % of src/ covered",
    );
    expect(countsText(PASSED, 0.5, ["a", "b"])).toMatch(/, 50 % of the code covered$/);
    expect(countsText(PASSED, 0.5, ["app/"])).toMatch(/, 50 % of app\/ covered$/);
    expect(countsText({ ...PASSED, failed: 1, errors: 1 }, undefined, [])).toBe(
      "2 tests passed, 1 failed, 1 file not collected",
    );
  });

  test.each([{ skipped: 2 }, { expectedFailures: 2 }, { deselected: 2 }])("%j and no pass is a warning", (idle) => {
    expect(countsWarnings({ ...PASSED, passed: 0, ...idle })).toEqual(["nothing was tested: no test ran and passed"]);
    expect(countsWarnings({ ...PASSED, ...idle })).toEqual([]);
  });

  test("a test that pytest did not collect is a warning, unless the project says that it is not to run", () => {
    const counts: TestCounts = {
      ...PASSED,
      unused: [
        { file: "tests/checks.py", names: [], why: "name" },
        { file: "tests/test_a.py", names: ["TestX"], why: "constructor" },
        { file: "bench/test_y.py", names: [], why: "testpaths" },
      ],
    };
    expect(countsWarnings(counts)).toEqual([
      "found and not run: tests/checks.py (python_files of pytest does not match the name); tests/test_a.py::TestX (pytest does not collect a class with a constructor)",
    ]);
    expect(leftOut(counts)).toBe("; not run: bench/test_y.py (outside of testpaths)");
    expect(leftOut(PASSED)).toBe("");
  });
});
