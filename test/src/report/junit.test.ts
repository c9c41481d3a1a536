import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { junitXml } from "../../../src/report/junit.ts";
import type { TestEvidence } from "../../../src/stages/evidence.ts";
import { report, stageReport } from "../support.ts";

const READ = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
json.dump([{**suite.attrib, "cases": [{**case.attrib, **{child.tag: child.attrib.get("message", ""), "text": child.text or ""} } if (child := next(iter(case), None)) is not None else case.attrib for case in suite]} for suite in root], sys.stdout)
`;
type Case = Record<string, string>;
type Suite = Record<string, string> & { cases: Case[] };

/** Parses a file; throws when it is not well-formed. */
const parsed = (...args: Parameters<typeof junitXml>): Suite[] =>
  JSON.parse(execFileSync("python3", ["-c", READ], { input: junitXml(...args), encoding: "utf8" }));

const EVIL = "\u0000\u001b[31m]]> <b> & \"q\" 'a' \ud800 \uffff\u000b é😀\nsecond\tline\r\n";

describe("one file for a CI system", () => {
  test("has stages and gates as test cases", () => {
    const suites = parsed(
      report({
        stages: [
          stageReport("lint"),
          stageReport("test unit", { status: "failed", message: "ended early" }),
          stageReport("train", { status: "failed", message: "exit code 1", output: "Traceback" }),
          stageReport("gates", { status: "skipped", message: "after train failed" }),
        ],
        gates: [
          { id: "schema", status: "passed", required: true, message: "well", checks: [] },
          { id: "metrics", status: "failed", required: false, message: "only warns", checks: [] },
          { id: "regression", status: "failed", required: true, message: "worse", checks: [] },
          { id: "latency", status: "inconclusive", required: true, message: "within noise", checks: [] },
          { id: "slices", status: "inconclusive", required: false, message: "within noise", checks: [] },
          { id: "suspicious-gain", status: "inconclusive", required: true, approved: true, message: "ok", checks: [] },
          { id: "shadow", status: "skipped", required: true, message: "not configured", checks: [] },
        ],
      }),
      [],
    );
    expect(suites.map(({ name, tests, failures, skipped }) => [name, tests, failures, skipped])).toEqual([
      ["stages", "4", "2", "1"],
      ["gates", "7", "2", "1"],
    ]);
    expect(suites[0]?.cases).toEqual([
      { classname: "stages", name: "lint", time: "1.250" },
      { classname: "stages", name: "test unit", time: "1.250", failure: "ended early", text: "ended early" },
      { classname: "stages", name: "train", time: "1.250", failure: "exit code 1", text: "exit code 1\nTraceback" },
      { classname: "stages", name: "gates", time: "1.250", skipped: "after train failed", text: "" },
    ]);
    expect(suites[1]?.cases.map((one) => [one.name, "failure" in one])).toEqual([
      ["schema", false],
      ["metrics", false],
      ["regression", true],
      ["latency", true],
      ["slices", false],
      ["suspicious-gain", false],
      ["shadow", false],
    ]);
  });

  test("is well-formed, whatever was printed", () => {
    const stage = stageReport(EVIL, { status: "failed", message: EVIL, output: EVIL });
    const [suite] = parsed(report({ stages: [stage, stageReport("x", { status: "skipped", message: EVIL })] }), []);
    expect(suite?.cases[0]?.failure).toContain("]]> <b> & \"q\" 'a'");
    expect(suite?.cases[0]?.text).toContain("é😀\nsecond\tline");
  });

  test("has the tests of each layer under the layer's name", () => {
    const suite = (name: string) =>
      `<testsuite name="${name}" errors="0" failures="1" tests="2" hostname="h"><testcase classname="a" name="b &lt;testsuite name=&quot;c&quot;"/></testsuite>`;
    const tests: TestEvidence[] = [
      { layer: "unit", junit: `<?xml version="1.0"?><testsuites name="pytest tests">${suite("pytest")}</testsuites>` },
      { layer: "e2e", junit: '<testsuites><testsuite name="pytest" tests="0" /></testsuites>' },
      { layer: "model" },
    ];
    const suites = parsed(report(), tests);
    expect(suites.map(({ name }) => name)).toEqual(["unit", "e2e", "stages"]);
    expect(suites[0]).toMatchObject({ tests: "2", hostname: "h", cases: [{ name: 'b <testsuite name="c"' }] });
  });

  test("has a layer that failed for another reason than a failed test", () => {
    const of = (failures: number) =>
      `<testsuites><testsuite name="pytest" tests="1" failures="${failures}"/></testsuites>`;
    const failed = (name: string) => stageReport(name, { status: "failed", message: "the process ended" });
    const stages = [failed("test unit"), failed("test data"), failed("test model"), stageReport("test e2e", {})];
    const tests: TestEvidence[] = [
      { layer: "unit", junit: of(0) },
      { layer: "data", junit: of(1) },
      { layer: "model" },
      { layer: "e2e" },
    ];
    const suites = parsed(report({ stages }), tests);
    expect(suites.at(-1)?.cases.map(({ name }) => name)).toEqual(["test unit", "test model"]);
  });
});
