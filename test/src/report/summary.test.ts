import { describe, expect, test } from "vitest";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { report, stageReport } from "../support.ts";
import { failedRun, gate, passedRun } from "./runs.ts";

const EVIL = "<script>alert(1)</script> | `x` *y* [z](u) &lt;\n| row | \\ # _ ~";

describe("the story of a run", () => {
  test("that passed names the image", () => {
    const text = summaryMarkdown(report({ image: { id: "sha256:1", published: "reg/model@sha256:2" } }));
    expect(text).toMatch(/^## ✅ Passed\n\nthe image is published\n\nImage: `reg\/model@sha256:2`/);
    expect(text).toContain("| lint | ✅ | 1.3 s | lint is well |");
    expect(text).not.toContain("### Gates");
    expect(text).not.toContain("### Metrics");
  });

  test("of the quick profile says what it was asked, and that it does not say how good the model is", () => {
    const training = { epochs: 1, device: "cpu", reused: false, profile: "quick" } as const;
    const text = summaryMarkdown(report({ training, gates: [gate("schema"), gate("served-answers")] }));
    expect(text).toMatch(/^## ✅ Passed/);
    expect(text).toContain(
      "Quick profile: this says whether the project works, and not how good its model is. Asked were schema, served-answers; a full run asks the others.",
    );
    expect(summaryMarkdown(report({ training: { epochs: 1, device: "cpu", reused: false } }))).not.toContain("Quick");
  });

  test("that failed names the stage, the gate and the output", () => {
    const stages = [
      stageReport("gates", { status: "failed", message: "metrics failed", output: "last\nlines" }),
      stageReport("publish", { status: "skipped", message: "after gates failed" }),
      stageReport("lint", { cached: true }),
    ];
    const text = summaryMarkdown(
      report({
        verdict: "failed",
        failure: { stage: "gates", message: "metrics failed", gate: "metrics" },
        stages,
        gates: [
          gate("schema"),
          gate("metrics", { status: "failed" }),
          gate("x", { status: "failed", required: false }),
        ],
      }),
    );
    expect(text).toMatch(/^## ❌ Failed: gate metrics\n\nwell\n\nNothing was published\./);
    expect(text).toContain("| publish | ⏭️ |  | after gates failed |");
    expect(text).toContain("| lint | ✅ | cached |");
    expect(text).toContain("| metrics | ❌ | well |\n| x | ⚠️ | warning: well |");
    expect(text).toContain("### Output of gates\n\n```text\nlast\nlines\n```");
  });

  test("that failed says how its stage is opened on a laptop, where its inputs are known", () => {
    const failure = { stage: "train", message: "exit code 1" };
    const failed = stageReport("train", { status: "failed", message: "exit code 1" });
    const keyed = { ...failed, key: { hash: "sha256:0", parts: {} } };
    const told = (stage: typeof failed): string =>
      summaryMarkdown(report({ verdict: "failed", failure, stages: [stage, { ...keyed, name: "lint" }] }));
    expect(told(keyed)).toContain("Nothing was published.\n\n`ml-pipeline replay report/` opens it on a laptop");
    expect(told(failed)).not.toContain("ml-pipeline replay");
    expect(summaryMarkdown(report({ stages: [{ ...keyed, status: "passed" }] }))).not.toContain("ml-pipeline replay");
  });

  test("has the metrics side by side", () => {
    const alone = summaryMarkdown(report({ metrics: { candidate: { accuracy: 0.87 } } }));
    expect(alone).toContain("| Metric | Candidate |\n|---|---|\n| accuracy | 0.87 |");
    const both = summaryMarkdown(
      report({ metrics: { candidate: { a: 0.8, b: 1, c: 2 }, baseline: { a: 0.9, b: 0.5 } } }),
    );
    expect(both).toContain("| a | 0.8 | 0.9 | −0.1 |\n| b | 1 | 0.5 | +0.5 |\n| c | 2 |  |  |");
  });
});

describe("the same story as the page", () => {
  const text = summaryMarkdown(passedRun());

  test("has the deciding number first", () => {
    expect(text).toMatch(
      /^## ✅ Passed\n\n\*\*census\*\* · better-features at 1b2c3d4e5f60\n\n\*\*0\.8726\*\* accuracy · 95 % interval \\\[0\.8658, 0\.8794\\\] · at least 0\.84 · baseline 0\.8702\n/,
    );
  });

  test("has intervals, groups, cases and requests", () => {
    expect(text).toContain(
      "| accuracy | 0.8726 \\[0.8658, 0.8794\\] | 0.8702 \\[0.8634, 0.877\\] | +0.0024 \\[0.0003, 0.0045\\] |",
    );
    expect(text).toContain("In brackets: 95 % intervals.");
    expect(text).toContain("| Male, Asian-Pac-Islander | 214 |");
    expect(text).toContain("❌ beyond at least 0.82");
    expect(text).toContain("- disparate impact 0.8878 \\[0.8618, 0.9138\\] (at least 0.8, baseline 0.9)");
    expect(text).toContain("### 2 failure-mode cases not as expected");
    expect(text).toContain("### Shadow: 97.8 % of 500 requests answered alike; the most different");
  });

  test("says that the model is held back, not that it failed, when a gate is inconclusive", () => {
    const failure = { stage: "gates", message: "x", gate: "regression" };
    const gates = [gate("regression", { status: "inconclusive" })];
    expect(summaryMarkdown(report({ verdict: "failed", failure, gates }))).toMatch(
      /^## ❔ Held back: regression is inconclusive\n/,
    );
  });

  test("has its sections in order", () => {
    const titles = [...summaryMarkdown(failedRun()).matchAll(/^### (\w+)/gm)].map(([, title]) => title);
    expect(titles).toEqual(["Gates", "Metrics", "accuracy", "accuracy", "How", "Pipeline"]);
  });
});

describe("text of the user's project", () => {
  const text = summaryMarkdown(
    report({
      verdict: "failed",
      failure: { stage: "train", message: EVIL },
      stages: [stageReport("train", { status: "failed", message: EVIL })],
      gates: [gate("metrics", { message: EVIL })],
      metrics: { candidate: { [EVIL]: 1 } },
    }),
  );

  test("is no markup", () => {
    expect(text).not.toContain("<script");
    expect(text).toContain("&lt;script\\>");
    expect(text).toContain("&amp;lt;");
    expect(text).not.toMatch(/[^\\]\[z\]/);
    expect(text).not.toMatch(/[^\\]`x/);
  });

  test("ends neither a cell nor a row", () => {
    const rows = text.split(/[\n\r]/).filter((line) => line.startsWith("| train |") || line.startsWith("| metrics |"));
    expect(rows).toHaveLength(2);
    const cells = rows.map((line) => line.split(/(?<!\\)(?:\\\\)*\|/).length);
    expect(cells).toEqual([5, 6]);
    expect(summaryMarkdown(report({ stages: [stageReport("x", { message: "a\rb\r\nc" })] }))).toContain("| a b c |");
  });

  test("does not end the block of output either", () => {
    const output = "```\n<script>\n````text";
    const shown = summaryMarkdown(report({ stages: [stageReport("x", { status: "failed", output })] }));
    expect(shown).toContain(`\`\`\`\`\`text\n${output}\n\`\`\`\`\`\n`);
  });
});

describe("at most 60 kB", () => {
  const size = (text: string): number => Buffer.byteLength(text);

  test.each([
    ["one endless line", "x".repeat(5_000_000)],
    ["many lines", "line\n".repeat(50_000)],
    ["signs of several bytes", "ü€😀".repeat(500_000)],
  ])("with %s of output from each of ten stages", (_name, output) => {
    const stages = Array.from({ length: 10 }, (_, index) => stageReport(`s${index}`, { status: "failed", output }));
    const text = summaryMarkdown(report({ stages }));
    expect(size(text)).toBeLessThanOrEqual(60_000);
    expect(text).not.toContain("\uFFFD");
    expect(text).toContain("| s9 |");
  });

  test("with endless messages: it says that it is cut", () => {
    const text = summaryMarkdown(report({ stages: [stageReport("data", { message: "€|".repeat(100_000) })] }));
    expect(size(text)).toBeLessThanOrEqual(60_000);
    expect(text.endsWith("… cut; the whole story is in report.json.\n")).toBe(true);
    expect(text).not.toContain("\uFFFD");
  });
});
