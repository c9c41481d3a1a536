import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { junitXml } from "../../../src/report/junit.ts";
import { page } from "../../../src/report/page/page.ts";
import { figuresOf } from "../../../src/report/plots/figures.ts";
import { recordedReport } from "../../../src/report/recorded.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { headline } from "../../../src/report/verdict.ts";
import { failedRun } from "./runs.ts";

/** Written by the version that had numbers in place of checks, of a run that the failure modes stopped. */
const TEXT = readFileSync(new URL("report-of-version-1.json", import.meta.url), "utf8");
const FAILURE =
  '1 of 2 cases hold (at least 100 %); adversarial, line 3: expected "no", got "yes" for {"note":"one; two; three"}';

describe("a report of version 1", () => {
  const report = recordedReport(TEXT);

  test("has its gates as they were, without checks", () => {
    const recorded = JSON.parse(TEXT);
    expect(report.gates.map(({ id, status, message }) => [id, status, message])).toEqual(
      recorded.gates.map((gate: Record<string, unknown>) => [gate.id, gate.status, gate.message]),
    );
    expect(report.gates.every(({ checks }) => checks.length === 0)).toBe(true);
    expect(report.measurements).toEqual(recorded.measurements);
  });

  test("has its message as the one finding of its headline, and no number that is judged now", () => {
    expect(headline(report)).toEqual({ title: "Failed: gate failure-modes", tone: "failed", findings: [FAILURE] });
  });

  test("is shown on the page, in the summary and for a CI system as it was recorded", () => {
    const text = page(report);
    for (const { message } of report.gates) {
      expect(text).toContain(`<td class="text">${message.replaceAll('"', "&quot;").replaceAll("'", "&#39;")}</td>`);
    }
    const rows = summaryMarkdown(report).split("\n");
    const escaped = FAILURE.replaceAll("{", "\\{").replaceAll("}", "\\}");
    expect(rows).toContain(`| failure-modes | ❌ | ${escaped} |`);
    expect(rows).toContain("| latency | ⚠️ | warning: 187 MB of memory (at most 150) |");
    const quoted = FAILURE.replaceAll('"', "&quot;");
    expect(junitXml(report, [])).toContain(`<failure message="${quoted}">${quoted}</failure>`);
  });

  test("has figures without limits that nobody recorded", () => {
    expect(figuresOf(report).map(({ id, keys }) => [id, keys.some(({ sign }) => sign === "limit")])).toEqual([
      ["latency", false],
    ]);
  });
});

test("a report of this version comes back as it was written", () => {
  const report = failedRun();
  expect(recordedReport(JSON.stringify(report))).toEqual(JSON.parse(JSON.stringify(report)));
});
