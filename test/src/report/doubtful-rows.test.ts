import { expect, test } from "vitest";
import type { DoubtfulRows } from "../../../src/measurements/doubtful-rows/results.ts";
import { page } from "../../../src/report/page/page.ts";
import { summaryMarkdown } from "../../../src/report/summary/summary.ts";
import { report } from "../support.ts";

const doubtfulRows: DoubtfulRows = {
  labels: {
    ...{ rows: 4000, doubtful: 31, thresholds: { no: 0.9, "<yes>": 0.7 } },
    kinds: [{ label: "<yes>", likely: "no", rows: 20 }],
    examples: [{ row: "17", label: "<yes>", likely: "no", score: 0.01, likelyScore: 0.99 }],
  },
  duplicates: {
    ...{ columns: 5, rows: 12_000, repeated: 8, contradicting: 2, betweenFiles: 6 },
    examples: [{ places: ["test.csv 3", "train.csv 9"], rows: 6, labels: ["no", "yes"] }],
  },
};

test("rows that a person should look at are on the page and in the summary, with examples", () => {
  const run = report({ measurements: { doubtfulRows } });
  const html = page(run);
  expect(html).toContain('<h2 id="heading-doubtful-rows">Doubtful rows</h2>');
  expect(html).toContain(
    "labels likely wrong in 31 rows of 4,000 (0.775 %), most often &lt;yes&gt; where scores say no (20)",
  );
  expect(html).toContain("test.csv 3, train.csv 9 and 4 more");
  expect(summaryMarkdown(run)).toContain(
    "near duplicates in the data: 8 rows of 12,000 (0.0667 %), 6 of them between files, 2 with different labels",
  );
});

test("data without any have no section", () => {
  const none = { duplicates: { columns: 3, rows: 9, repeated: 0, contradicting: 0, betweenFiles: 0, examples: [] } };
  const run = report({ measurements: { doubtfulRows: none } });
  expect(page(run)).not.toContain("Doubtful rows");
  expect(summaryMarkdown(run)).not.toContain("Doubtful rows");
});
