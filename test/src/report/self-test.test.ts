import { expect, test } from "vitest";
import { page } from "../../../src/report/page/page.ts";
import { assertSelfTest } from "../../../src/report/self-test.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import type { SelfTest } from "../../../src/stages/sensitivity.ts";
import { report } from "../support.ts";

const selfTest: SelfTest = {
  trials: [{ gate: "regression", mutant: "answers <shuffled>", outcome: "refused", message: "worse" }],
  sensitivity: [
    {
      ...{ gate: "regression", harm: "right answers made wrong", unit: "% of the rows" },
      ...{ smallest: 0.833333, note: "0.75 % of the rows is let through" },
    },
    { gate: "latency", harm: "each answer later", unit: "ms", note: "not even 200 ms is caught" },
  ],
};

test("the smallest harm that each gate catches is in the text, on the page and in the summary", () => {
  expect(assertSelfTest(selfTest, ["regression caught less"])).toBe(
    [
      "✓ regression, answers <shuffled>: refused (worse)",
      "",
      "The smallest harm that each gate catches:",
      "  regression, right answers made wrong: 0.833 % of the rows (0.75 % of the rows is let through)",
      "  latency, each answer later: not even 200 ms is caught",
      "",
      "warning: regression caught less",
      "",
      "All 1 spoiled model refused.",
    ].join("\n"),
  );
  const html = page(report({ selfTest }));
  expect(html).toContain('<h2 id="heading-self-test">Self-test of the gates</h2>');
  expect(html).toContain("answers &lt;shuffled&gt;");
  expect(html).toContain("0.833 % of the rows");
  expect(summaryMarkdown(report({ selfTest }))).toMatch(/### The smallest harm[\s\S]*0\.833 % of the rows/);
  expect(page(report())).not.toContain("Self-test of the gates");
});
