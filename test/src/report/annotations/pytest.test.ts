import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failedTests } from "../../../../src/report/annotations/pytest.ts";

/* As pytest 9 prints it, with two tests of one name, a helper, what a test printed, parameters with separators in them, and a fixture. */
const SHORT = `tests/unit/sub/test_b.py::test_plain FAILED                              [ 14%]
tests/unit/test_a.py::test_plain FAILED                                  [ 28%]
tests/unit/test_a.py::test_in_helper FAILED                              [ 42%]
tests/unit/test_a.py::TestGroup::test_param[a - b] FAILED                [ 57%]
tests/unit/test_a.py::TestGroup::test_param[c::d] FAILED                 [ 71%]
tests/unit/test_a.py::test_setup ERROR                                   [ 85%]
tests/unit/test_a.py::test_ok PASSED                                     [100%]

==================================== ERRORS ====================================
_________________________ ERROR at setup of test_setup _________________________
tests/unit/test_a.py:22: in broken
    raise RuntimeError("setup")
E   RuntimeError: setup
=================================== FAILURES ===================================
__________________________________ test_plain __________________________________
tests/unit/sub/test_b.py:2: in test_plain
    assert "b" == "c"
E   AssertionError: assert 'b' == 'c'
E     
E     - c
E     + b
__________________________________ test_plain __________________________________
tests/unit/test_a.py:6: in test_plain
    assert 1 == 2
E   assert 1 == 2
________________________________ test_in_helper ________________________________
tests/unit/test_a.py:11: in test_in_helper
    check(3)
tests/unit/helper.py:2: in check
    assert x == 2, "bad: 50% of\\nit"
           ^^^^^^
E   AssertionError: bad: 50% of
E   it
----------------------------- Captured stdout call -----------------------------
::error::evil
tests/unit/test_a.py:999: in test_in_helper
_________________________ TestGroup.test_param[a - b] __________________________
tests/unit/test_a.py:17: in test_param
    raise ValueError(f"no {x}")
E   ValueError: no a - b
__________________________ TestGroup.test_param[c::d] __________________________
tests/unit/test_a.py:17: in test_param
    raise ValueError(f"no {x}")
E   ValueError: no c::d
=========================== short test summary info ============================
FAILED tests/unit/sub/test_b.py::test_plain - AssertionError: assert 'b' == 'c'
FAILED tests/unit/test_a.py::test_plain - assert 1 == 2
FAILED tests/unit/test_a.py::test_in_helper - AssertionError: bad: 50% of
FAILED tests/unit/test_a.py::TestGroup::test_param[a - b] - ValueError: no a - b
FAILED tests/unit/test_a.py::TestGroup::test_param[c::d] - ValueError: no c::d
ERROR tests/unit/test_a.py::test_setup - RuntimeError: setup
===================== 5 failed, 1 passed, 1 error in 0.02s =====================
`;

/** Name, file, line and message of each test that failed. */
const found = (output: string): string[] =>
  failedTests(output).map(({ name, place: { path, line }, message }) => `${path}:${line} ${name}: ${message}`);

test("each test has the last line of its own file in the traceback, and the whole first line of its error", () => {
  expect(found(SHORT)).toEqual([
    "tests/unit/sub/test_b.py:2 test_plain: AssertionError: assert 'b' == 'c'",
    "tests/unit/test_a.py:6 test_plain: assert 1 == 2",
    "tests/unit/test_a.py:11 test_in_helper: AssertionError: bad: 50% of",
    "tests/unit/test_a.py:17 TestGroup::test_param[a - b]: ValueError: no a - b",
    "tests/unit/test_a.py:17 TestGroup::test_param[c::d]: ValueError: no c::d",
    "tests/unit/test_a.py:22 test_setup: RuntimeError: setup",
  ]);
});

describe("other forms of a traceback", () => {
  const ended = (traceback: string, summary = "FAILED tests/test_b.py::test_plain - assert 'b'…"): string[] =>
    found(`=== FAILURES ===\n___ test_plain ___\n${traceback}\n=== short test summary info ===\n${summary}\n`);

  test.each([
    ["long", "    def test_plain():\n>       assert 0\nE       assert 0\n\ntests/test_b.py:2: AssertionError"],
    ["native", '  File "/usr/lib/x.py", line 9, in f\n  File "/app/tests/test_b.py", line 2, in test_plain'],
  ])("--tb=%s", (_form, traceback) => {
    expect(ended(traceback)).toEqual([expect.stringMatching(/^tests\/test_b\.py:2 test_plain: assert/)]);
  });

  test("a test without a traceback stands at the first line of its file", () => {
    expect(ended("")).toEqual(["tests/test_b.py:1 test_plain: assert 'b'…"]);
  });

  test("a file that cannot be collected", () => {
    const section =
      "____ ERROR collecting tests/test_c.py ____\nTraceback:\ntests/test_c.py:3: in <module>\n    import x\nE   ModuleNotFoundError: x";
    expect(found(`=== ERRORS ===\n${section}\n=== short test summary info ===\nERROR tests/test_c.py\n`)).toEqual([
      "tests/test_c.py:3 : ModuleNotFoundError: x",
    ]);
  });

  test("files outside of the project are none of its", () => {
    expect(ended("", "FAILED ../other/test_x.py::test_x\nFAILED /etc/test_y.py::test_y")).toEqual([]);
  });
});

test("what a test prints is no summary: the last one counts", () => {
  const printed = "=== short test summary info ===\nFAILED tests/test_x.py::test_forged\n";
  expect(
    found(`${printed}=== FAILURES ===\n=== short test summary info ===\nFAILED tests/test_y.py::test_y\n`),
  ).toEqual(["tests/test_y.py:1 test_y: "]);
});

test("whatever a test prints, tests that failed stand in files of the project", () => {
  const pieces = [
    "=== FAILURES ===",
    "___ t ___",
    "a.py:3: in t",
    "../b.py:3: in t",
    "E   no",
    "--- Captured stdout call ---",
    "FAILED a.py::t - x",
    "ERROR /b.py",
    "::stop-commands::x",
    "\u0007",
    "  ",
  ];
  const output = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(output, (text) => {
      const failed = failedTests(`${text}\n=== short test summary info ===\nFAILED c.py::t - x\n${text}`);
      expect(failed.map(({ name }) => name)).toContain("t");
      for (const { place, message } of failed) {
        expect(["a.py", "c.py"]).toContain(place.path);
        expect(place.line).toBeGreaterThan(0);
        expect(message).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
