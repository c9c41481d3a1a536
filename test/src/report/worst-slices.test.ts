import { expect, test } from "vitest";
import type { WorstSlices } from "../../../src/measurements/worst-slices/results.ts";
import { page } from "../../../src/report/page/page.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { report } from "../support.ts";

const found: WorstSlices = {
  metric: "accuracy",
  columns: ["age", "region"],
  unsearched: 3,
  tried: 1200,
  searchedRows: 5000,
  heldRows: 5100,
  minimumRows: 50,
  candidates: 2,
  slices: [
    {
      conditions: ["age < 25", "region = <West>"],
      rows: 4120,
      heldRows: 2060,
      candidate: { value: 0.61, interval: { low: 0.55, high: 0.67 } },
      others: { value: 0.91 },
      difference: { value: -0.3, interval: { low: -0.36, high: -0.24 } },
      pValue: 1e-9,
    },
  ],
};

test("page and summary name the groups that nobody named, with how many were tried", () => {
  const run = report({ measurements: { worstSlices: found } });
  const html = page(run);
  expect(html).toContain('<h2 id="heading-worst-slices">Worst slices</h2>');
  expect(html).toContain("Of 1,200 groups of one to three of 2 columns (3 further columns not searched)");
  expect(html).toContain("age &lt; 25 and region = &lt;West&gt;");
  const summary = summaryMarkdown(run);
  expect(summary).toContain("### Worst slices");
  expect(summary).toMatch(/4,120 \| 2,060 \| 0\.61 \\?\[0\.55, 0\.67\\?\] \| 0\.91 \| −0\.3/);
});

test("a model that is as good at all rows has a line on the page, and none in the summary", () => {
  const run = report({ measurements: { worstSlices: { ...found, slices: [] } } });
  expect(page(run)).toContain("none is worse than the other rows beyond chance");
  expect(summaryMarkdown(run)).not.toContain("Worst slices");
});
