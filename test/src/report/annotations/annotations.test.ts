import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GateResult } from "../../../../src/gates/result.ts";
import type { Annotation } from "../../../../src/report/annotations/annotation.ts";
import { annotationsOf } from "../../../../src/report/annotations/collect.ts";
import { githubAnnotations } from "../../../../src/report/annotations/github.ts";
import { codeQuality } from "../../../../src/report/annotations/gitlab.ts";
import type { Report } from "../../../../src/report/report.ts";
import type { StageReport } from "../../../../src/stages/stage.ts";
import { commandResult, report, stageReport } from "../../support.ts";
import { failedRun } from "../runs.ts";

const github = (changes: Partial<Report>): string => githubAnnotations(annotationsOf(report(changes)));
const gitlab = (changes: Partial<Report>): Record<string, unknown>[] =>
  JSON.parse(codeQuality(annotationsOf(report(changes))));

const configuration = { file: "pyproject.toml", tables: { "": 3, data: 9, "gates.metrics": 20 } };

const gate = (id: string, changes: Partial<GateResult> = {}): GateResult => ({
  ...{ id, status: "failed", required: true, message: "accuracy 0.9 (at least 0.99)", checks: [] },
  ...changes,
});

/** A stage whose commands printed something and failed. */
const failing = (name: string, printed: Readonly<Record<string, string>>, changes: Partial<StageReport> = {}) =>
  stageReport(name, {
    status: "failed",
    message: "exit code 1",
    output: Object.entries(printed)
      .map(([command, tail]) => (Object.keys(printed).length > 1 ? `$ ${command} src/\n${tail}` : tail))
      .join("\n"),
    commands: Object.entries(printed).map(([command, tail]) =>
      commandResult({ name: command, command: `${command} src/`, exitCode: 1, tail }),
    ),
    ...changes,
  });

const LINT = failing("lint", {
  ruff: "src/b.py:7:1: F401 [*] `os` imported but unused\nsrc/a.py:30:5: F841 Local variable `x`\nsrc/a.py:3:5: F841 Local variable `x`",
  mypy: 'src/a.py:3: error: Need type annotation, 100% of it: "x"  [var-annotated]',
});
const UNIT = failing("test unit", {
  pytest:
    "=== FAILURES ===\n___ test_x ___\ntests/unit/test_a.py:4: in test_x\n    assert f() == 2\nE   assert 1 == 2\n=== short test summary info ===\nFAILED tests/unit/test_a.py::test_x - assert 1 == 2",
});

describe("whoever made an annotation, its place is one of the project", () => {
  const at = (path: string, line = 3, column?: number): Annotation => ({
    ...{ level: "error", kind: "lint", check: "ruff", message: "no" },
    place: { path, line, ...(column === undefined ? {} : { column }) },
  });
  const locationOf = (one: Annotation): unknown => JSON.parse(codeQuality([one]))[0].location;

  test.each([
    "/etc/passwd",
    "../a.py",
    "a/../../b.py",
    "a\n.py",
    "a\r::error::.py",
    "a\u2028b.py",
    "C:\\a.py",
    "..\\a.py",
    "\\\\host\\a.py",
    "",
    ".",
  ])("%j is no path of it", (path) => {
    expect(githubAnnotations([at(path)])).toBe("::error title=ruff::no\n");
    expect(locationOf(at(path))).toEqual({ path: "ml-pipeline.toml", lines: { begin: 1 } });
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300])("%d is no line, and no column", (number) => {
    expect(githubAnnotations([at("a.py", number, number)])).toBe("::error file=a.py,line=1,title=ruff::no\n");
    expect(locationOf(at("a.py", number))).toEqual({ path: "a.py", lines: { begin: 1 } });
  });

  test("a path is told in its shortest form", () => {
    expect(githubAnnotations([at("./a//b/../c.py", 3, 4)])).toBe("::error file=a/c.py,line=3,col=4,title=ruff::no\n");
    expect(locationOf(at("/app/a.py"))).toEqual({ path: "a.py", lines: { begin: 3 } });
  });
});

test.each([998, 999, 1000])("a long message is cut between letters, also after %i of them", (count) => {
  const message = `${"x".repeat(count)}😀😀😀`;
  const text = githubAnnotations([{ level: "error", kind: "note", check: "a", message }]);
  expect(text).not.toMatch(/\p{Surrogate}/u);
  expect(text).toMatch(count === 998 ? /x😀…\n$/ : /x…\n$/);
});

describe("for GitHub", () => {
  test("gates come first, then stages, then findings by file and line, each at its place", () => {
    const text = github({
      stages: [LINT, UNIT, stageReport("gates")],
      gates: [gate("metrics")],
      project: { configuration },
    });
    expect(text.split("\n")).toEqual([
      "::error file=pyproject.toml,line=20,title=gate metrics::metrics failed: accuracy 0.9 (at least 0.99)",
      "::error title=lint::lint: exit code 1",
      "::error title=test unit::test unit: exit code 1",
      "::error file=tests/unit/test_a.py,line=4,title=test unit::test_x: assert 1 == 2",
      '::error file=src/a.py,line=3,title=mypy var-annotated::Need type annotation, 100%25 of it: "x"',
      "::error file=src/a.py,line=3,col=5,title=ruff F841::Local variable `x`",
      "::error file=src/a.py,line=30,col=5,title=ruff F841::Local variable `x`",
      "::error file=src/b.py,line=7,col=1,title=ruff F401::[*] `os` imported but unused",
      "",
    ]);
  });

  test("nothing found is nothing said", () => {
    expect(github({})).toBe("");
  });

  test("what does not decide is a warning", () => {
    const text = github({
      stages: [
        stageReport("lint", {
          warnings: ["told at its lines"],
          commands: [commandResult({ name: "black", exitCode: 1, tail: "would reformat /app/src/a.py" })],
        }),
        { ...UNIT, status: "warned" },
        stageReport("test data", { warnings: ["nothing was tested"] }),
      ],
      gates: [
        gate("latency", { required: false }),
        gate("slices", { status: "inconclusive", approved: true }),
        gate("fairness", { forced: true }),
        gate("schema", { status: "passed" }),
      ],
    });
    expect(text.split("\n")).toEqual([
      "::warning title=gate latency::latency failed: accuracy 0.9 (at least 0.99)",
      "::warning title=gate fairness::fairness failed, and was forced: accuracy 0.9 (at least 0.99)",
      "::warning title=test unit::test unit: exit code 1",
      "::warning file=tests/unit/test_a.py,line=4,title=test unit::test_x: assert 1 == 2",
      "::warning file=src/a.py,line=1,title=black::black would format it in another way",
      "::warning title=test data::test data: nothing was tested",
      "",
    ]);
  });

  test("an inconclusive gate that blocks is an error", () => {
    expect(github({ gates: [gate("latency", { status: "inconclusive", message: "within noise" })] })).toBe(
      "::error title=gate latency::latency cannot tell: within noise\n",
    );
  });

  test("rules of the data stand at their tables, and a checker that only warns beside one that decides", () => {
    const reason = { code: "too-few-rows", rows: 800, of: 1000 } as never;
    const finding = { rule: "data.min-rows", reason, message: "800 rows", examples: [] };
    const text = github({
      project: { configuration, folder: "services/model" },
      data: { rows: 800, files: [], findings: [finding], columns: [], profiledRows: 0 },
      stages: [
        stageReport("validate data", { status: "failed", message: "800 rows" }),
        failing(
          "lint",
          { ruff: "src/b.py:7:1: F401 no", black: "would reformat /app/src/b.py" },
          { output: "src/b.py:7:1: F401 no" },
        ),
      ],
    });
    expect(text.split("\n")).toEqual([
      "::error file=services/model/pyproject.toml,line=9,title=data.min-rows::800 rows",
      "::error title=lint::lint: exit code 1",
      "::error file=services/model/src/b.py,line=7,col=1,title=ruff F401::no",
      "::warning file=services/model/src/b.py,line=1,title=black::black would format it in another way",
      "",
    ]);
  });

  test("a limit that nobody has written has the file alone, and a rule names the first rows that break it", () => {
    const keys = { "data.ranges.age": 12 };
    const reason = { code: "out-of-range", column: "age", rows: 2, of: 10, max: 120 } as never;
    const examples = [
      { file: "rows.csv", row: 3, line: 4, values: { age: "130" } },
      { file: "rows.csv", row: 8, line: 9, values: { age: "999" } },
    ];
    const broken = { project: { configuration: { ...configuration, keys } } };
    const data = { rows: 10, files: [], columns: [], profiledRows: 0 };
    const finding = { rule: "data.ranges.age", reason, message: "2 rows have an age beyond 120", rows: 2, examples };
    expect(github({ ...broken, data: { ...data, findings: [finding] } })).toMatch(
      /^::warning file=pyproject\.toml,line=12,title=data\.ranges\.age::2 rows have an age beyond 120: .*130.*999/,
    );
    const guessed = { ...broken, gates: [gate("latency")] };
    expect(github(guessed)).toMatch(/^::error file=pyproject\.toml,title=gate latency::latency failed/);
    expect(gitlab(guessed)).toMatchObject([{ location: { path: "pyproject.toml", lines: { begin: 1 } } }]);
  });

  test("ten errors and ten warnings are said, and how many more there are", () => {
    const lines = (count: number, more = 0): string =>
      Array.from({ length: count }, (_, index) => `src/a.py:${index + 1 + more}:1: F401 no`).join("\n");
    const stage = failing("lint", { ruff: lines(30), flake8: lines(12) }, { output: lines(30) });
    const text = github({ stages: [stage] })
      .trimEnd()
      .split("\n");
    expect(text.filter((line) => line.startsWith("::error "))).toHaveLength(10);
    expect(text.filter((line) => line.startsWith("::warning "))).toHaveLength(10);
    expect(text.at(-1)).toBe("::notice title=ml-pipeline::and 21 more errors and 2 more warnings, in the report");
    expect(text).toHaveLength(21);
  });

  test("an old report, which says neither its configuration nor its folder, has what it has", () => {
    expect(githubAnnotations(annotationsOf(failedRun()))).toMatch(/^::error title=gate \w+::/);
  });

  describe("no text of a project is another command", () => {
    const EVIL = [
      "::set-output name=a::b",
      "\n::add-mask::x",
      "\r::stop-commands::t",
      "\u2028::error::e",
      "##[add-mask]x",
      "##vso[task.setvariable variable=a]b",
      "%0A::debug::d",
      "a,b:c",
      "\u001b[31m\u0000\u0007",
      "::",
      "::error file=x::",
    ];
    /** As the runner of GitHub reads a line of a log: a command, its properties, and what it says. */
    const COMMAND = /^::(error|warning|notice) ((?:[a-z]+=[^:,\r\n]*)(?:,[a-z]+=[^:,\r\n]*)*)::([^\r\n]*)$/;

    test("in messages, paths, rules and names of tests", () => {
      const evil = fc
        .array(fc.constantFrom(...EVIL, "a", " "), { minLength: 1, maxLength: 8 })
        .map((all) => all.join(""));
      fc.assert(
        fc.property(evil, evil, evil, (one, two, three) => {
          const flat = two.replaceAll(/[\n\r:]/g, "");
          const stages = [
            failing("lint", { ruff: `${one}\n${flat}.py:1:1: F401 ${three}` }, { message: one, warnings: [two] }),
            failing("test unit", {
              pytest: `${one}\n=== short test summary info ===\nFAILED ${flat}.py::${three} - ${one}`,
            }),
            stageReport("train", { status: "failed", message: three, warnings: [one] }),
          ];
          const text = github({
            stages,
            gates: [gate("metrics", { message: two })],
            project: { configuration, folder: flat },
          });
          for (const line of text.trimEnd().split(/\r\n|[\r\n\u2028\u2029\u0085\v\f]/)) {
            expect(line).toMatch(COMMAND);
            expect(line).not.toMatch(/##\w*\[|\p{Cc}/u);
          }
        }),
      );
    });

    test("percent signs, colons and commas come out as they went in", () => {
      const text = github({ stages: [failing("lint", { ruff: "src/a,b%3A.py:1:1: F401 50% %0A a:b,c" })] });
      expect(text).toContain("::error file=src/a%2Cb%253A.py,line=1,col=1,title=ruff F401::50%25 %250A a:b,c\n");
    });
  });
});

describe("for GitLab", () => {
  test("nothing found is an empty list", () => {
    expect(gitlab({})).toEqual([]);
  });

  test("each issue has all that GitLab asks for", () => {
    const issues = gitlab({
      stages: [LINT, UNIT, stageReport("train", { status: "failed", message: "no luck" })],
      gates: [gate("metrics"), gate("latency", { required: false })],
      project: { configuration },
    });
    expect(issues.map(({ check_name, severity, location }) => [check_name, severity, location])).toEqual([
      ["gate metrics", "blocker", { path: "pyproject.toml", lines: { begin: 20 } }],
      ["gate latency", "minor", { path: "pyproject.toml", lines: { begin: 3 } }],
      ["train", "blocker", { path: "ml-pipeline.toml", lines: { begin: 1 } }],
      ["test unit", "critical", { path: "tests/unit/test_a.py", lines: { begin: 4 } }],
      ["mypy var-annotated", "major", { path: "src/a.py", lines: { begin: 3 } }],
      ["ruff F841", "major", { path: "src/a.py", lines: { begin: 3 } }],
      ["ruff F841", "major", { path: "src/a.py", lines: { begin: 30 } }],
      ["ruff F401", "major", { path: "src/b.py", lines: { begin: 7 } }],
    ]);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    for (const { fingerprint, description } of issues) {
      expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(description).not.toBe("");
    }
  });

  test("a fingerprint stays where lines and numbers move, and changes with the file, the rule and the words", () => {
    const fingerprint = (line: string): unknown =>
      gitlab({ stages: [failing("lint", { flake8: line })] })[0]?.fingerprint;
    const first = fingerprint("src/a.py:3:5: E501 line too long (104 > 88 characters)");
    expect(fingerprint("src/a.py:90:1: E501 line too long (99 > 88 characters)")).toBe(first);
    const others = [
      "src/b.py:3:5: E501 line too long (104 > 88 characters)",
      "src/a.py:3:5: E502 line too long (1 > 8 characters)",
      "src/a.py:3:5: E501 other",
    ];
    expect(new Set([first, ...others.map(fingerprint)]).size).toBe(4);
    const ofGate = (message: string): unknown => gitlab({ gates: [gate("metrics", { message })] })[0]?.fingerprint;
    expect(ofGate("accuracy 0.91")).toBe(ofGate("f1 0.2"));
  });
});

test("what a checker says of packages of others comes after what it says of the project", () => {
  const mypy = [
    'src/a.py:1: error: Library stubs not installed for "pandas"  [import-untyped]',
    'src/a.py:2: error: Cannot find implementation or library stub for module named "x"  [import-not-found]',
    'src/b.py:9: error: Need type annotation for "x"  [var-annotated]',
  ].join("\n");
  const lines = github({ stages: [failing("lint", { mypy })] }).match(/file=[^,]+,line=\d+/g);
  expect(lines).toEqual(["file=src/b.py,line=9", "file=src/a.py,line=1", "file=src/a.py,line=2"]);
});
