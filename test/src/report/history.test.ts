import { describe, expect, test } from "vitest";
import { entryOf, type JournalEntry } from "../../../src/journal/entry.ts";
import { comparisonText } from "../../../src/report/history/compare.ts";
import { historyPage } from "../../../src/report/history/page.ts";
import { runsText } from "../../../src/report/history/text.ts";
import type { Report } from "../../../src/report/report.ts";
import { report } from "../support.ts";
import { HOSTILE } from "./runs.ts";

const hash = (letter: string): string => `sha256:${letter.repeat(64)}`;

function run(day: number, accuracy: number, changes: Partial<Report> = {}): JournalEntry {
  const text = String(day).padStart(2, "0");
  const made = entryOf(
    JSON.stringify(
      report({
        ...{
          id: `2026-11-${text}T08-00-00Z-${"a".repeat(16)}`,
          startedAt: `2026-11-${text}T08:00:00.000Z`,
          runId: `r${day}`,
        },
        project: { name: "census", commit: text.repeat(20), branch: "main" },
        hashes: { source: hash(String(day % 10)), data: hash("d"), model: hash("e") },
        metrics: {
          candidate: { accuracy, "recall[yes]": 0.5 },
          intervals: { candidate: { accuracy: { low: accuracy - 0.01, high: accuracy + 0.01 } }, baseline: {} },
        },
        ...changes,
      }),
    ),
  );
  if (made === undefined) throw new Error("the report is none");
  return made;
}

const failed = run(3, 0.8, {
  verdict: "failed",
  failure: { stage: "gates", message: "accuracy 0.8", gate: "regression" },
});
const deployed = run(2, 0.88, {
  deployments: [{ environment: "staging", outcome: "done", image: "x@sha256:1", rolledBack: false }],
});
const entries = [failed, deployed, run(1, 0.87)];

describe("the list of runs", () => {
  test("has a line for each, with what it measured, and what was left out", () => {
    const text = runsText({ entries, remarks: ["one is damaged"] });
    expect(text.split("\n")).toEqual([
      "3 runs, the newest first",
      expect.stringMatching(/^began \(UTC\) +verdict +accuracy +took +run +deployed$/),
      expect.stringMatching(/^2026-11-03 08:00 +failed: gate regression +0\.8 \[0\.79, 0\.81\] +12\.5 s +r3$/),
      expect.stringMatching(/^2026-11-02 08:00 +passed +0\.88 \[0\.87, 0\.89\] +12\.5 s +r2 +staging: deployed$/),
      expect.stringMatching(/^2026-11-01 08:00 +passed +0\.87 /),
      "one is damaged",
    ]);
  });

  test("of nothing says so", () => {
    expect(runsText({ entries: [], remarks: [] })).toMatch(/^No run is known/);
  });
});

describe("history.html", () => {
  test("has metrics over time with their intervals, all runs, and what was deployed when", () => {
    const page = historyPage({ entries, remarks: [] });
    expect(page).toMatch(/<h1[^>]*>3 runs, 2 passed<\/h1>[\s\S]*Deployed last: run <code>r2<\/code>/);
    const [svg = ""] = /<svg role="img" aria-label="accuracy[\s\S]*?<\/svg>/.exec(page) ?? [];
    expect(svg.match(/<g>/g)).toHaveLength(3);
    // The oldest is on the left, and one that failed has another shape.
    expect(svg).toMatch(/run r1[\s\S]*<circle[\s\S]*run r2[\s\S]*r="8"[\s\S]*run r3[\s\S]*<rect/);
    expect(page).not.toContain("recall[yes]");
    expect(page).toMatch(/What was deployed when[\s\S]*staging/);
    expect(page).not.toMatch(/<script|https?:\/\//);
  });

  test("of one run, of none, and of hostile names is a page", () => {
    const hostile = run(4, 0.5, { runId: HOSTILE, metrics: { candidate: { [HOSTILE]: 1 } } });
    for (const some of [[], [run(1, 0.9)], [hostile]]) {
      const page = historyPage({ entries: some, remarks: [HOSTILE] });
      expect(page).toContain("</html>");
      expect(page).not.toMatch(/NaN|<script/);
    }
  });
});

describe("a comparison", () => {
  test("has metrics side by side, what differs, and what came out otherwise", () => {
    const text = comparisonText(deployed, failed);
    expect(text).toMatch(/^a: run r2, 2026-11-02 08:00 UTC, passed, census main 0202/);
    expect(text).toMatch(/\n {2}accuracy +0\.88 \[0\.87, 0\.89\] +0\.8 \[0\.79, 0\.81\] +−0\.08\n/);
    expect(text).toMatch(/\n {2}source +sha256:2{12} +→ +sha256:3{12}\n/);
    expect(text).toContain("the same: data, model");
    expect(text).not.toContain("The data are not the same");
  });

  test("of other data says that these may have made the difference", () => {
    const other = run(5, 0.9, {
      hashes: { data: hash("f") },
      gates: [{ id: "metrics", status: "failed", required: true, message: "", checks: [], warnings: [] } as never],
    });
    expect(comparisonText(deployed, other)).toContain("The data are not the same");
    expect(comparisonText(deployed, other)).toMatch(/Gates\n {2}metrics: not there → failed/);
  });

  test("of the parts of a training's key names those that changed", () => {
    const parts = { source: hash("1"), epochs: "10", device: "cpu" };
    const [a, b] = [parts, { ...parts, epochs: "20" }].map((trainingParts, index) =>
      run(6 + index, 0.9, { hashes: { source: hash("1"), data: hash("d"), trainingParts } }),
    );
    if (a === undefined || b === undefined) throw new Error("no runs");
    const text = comparisonText(a, b);
    expect(text).toMatch(/epochs +10 +→ +20/);
    expect(text).toContain("the same: source, data, device");
  });
});
