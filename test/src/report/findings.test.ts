import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/checks/check.ts";
import type { CaseResult } from "../../../src/measurements/serving/cases.ts";
import { checkLines, findingsOf } from "../../../src/report/findings.ts";
import { junitXml } from "../../../src/report/junit.ts";
import { page } from "../../../src/report/page/page.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { report, stageReport } from "../support.ts";
import { gate, gateOf, judgedBy } from "./runs.ts";

const wrong = (name: string, instance: string): CaseResult => ({
  ...{ kind: "edges", name, held: false, instance, expected: '"no"', given: '"yes"' },
});
const stopped = judgedBy("failure-modes", {
  cases: { cases: [wrong("first", '"one; two; three"'), wrong("second", '"four"')] },
});
const FIRST = 'edges, first: expected "no", got "yes" for "one; two; three"';
const run = report({
  ...{ verdict: "failed", failure: { stage: "gates", message: "x", gate: "failure-modes" }, gates: [stopped] },
  stages: [stageReport("gates", { status: "failed", message: `failure-modes failed: ${stopped.message}` })],
});

describe("an instance whose text holds a semicolon and a space", () => {
  test("is one finding, beside the others", () => {
    expect(findingsOf(stopped)).toEqual([
      "0 of 2 cases hold (at least 100 %)",
      FIRST,
      'edges, second: expected "no", got "yes" for "four"',
    ]);
  });

  test("is one finding on the page, in the headline and in the table", () => {
    const items = page(run).match(/<li>(?:(?!<\/li>).)*one; two; three(?:(?!<\/li>).)*<\/li>/g) ?? [];
    expect(items).toHaveLength(2);
    for (const item of items) expect(item).toContain(`${FIRST.replaceAll('"', "&quot;")}</li>`);
  });

  test("is one row of the summary's table, and one item of its headline", () => {
    const lines = summaryMarkdown(run).split("\n");
    expect(lines).toContain(`|  |  | ${FIRST} |`);
    expect(lines).toContain(`- ${FIRST}`);
  });

  test("is one line for a CI system", () => {
    expect(junitXml(run, []).split("\n")).toContain(FIRST.replaceAll('"', "&quot;"));
  });
});

describe("the lines of a gate's table", () => {
  const kept = (what: string): Check => ({ what, value: 1, limit: { min: 0 }, outcome: "kept" });
  const group = (sex: string): Check => ({ ...kept("f1"), group: { sex } });

  test("are one for each check, those that decided first", () => {
    const broken: Check = { what: "b", value: -1, limit: { min: 0 }, outcome: "broken" };
    expect(checkLines(gateOf("x", [kept("a"), broken]))).toEqual([
      { text: "b -1 (at least 0)", outcome: "broken" },
      { text: "a 1 (at least 0)", outcome: "kept" },
    ]);
  });

  test("have no outcome without a limit", () => {
    const told: Check = { what: "x", value: 3, outcome: "kept", reason: { code: "groups-too-small", minimum: 50 } };
    expect(checkLines(gateOf("slices", [kept("a"), told])).at(-1)).toEqual({
      text: "3 groups under 50 rows not judged",
    });
  });

  test("are cut when hundreds of checks were kept", () => {
    const groups = Array.from({ length: 300 }, (_, index) => group(`g${index}`));
    expect(checkLines(gateOf("slices", groups)).map(({ text }) => text)).toEqual([
      "300 groups",
      "nearest to its limit: sex=g0: f1 1 (at least 0)",
    ]);
    const lines = checkLines(gateOf("slices", [...groups, { ...group("last"), value: -1, outcome: "broken" }]));
    expect(lines).toHaveLength(14);
    expect(lines[0]?.text).toBe("sex=last: f1 -1 (at least 0)");
    const broken = checkLines(
      gateOf(
        "x",
        groups.map((one) => ({ ...one, value: -1, outcome: "broken" as const })),
      ),
    );
    expect([broken.length, broken.at(-1)?.text]).toEqual([51, "and 250 more, in report.json"]);
    expect(lines.at(-1)).toEqual({ text: "and 288 more that kept their limits, in report.json" });
  });

  test("of a gate without checks are its message", () => {
    expect(checkLines(gate("old", { message: "a; b" }))).toEqual([{ text: "a; b" }]);
  });
});
