import { expect, test } from "vitest";
import { findingOf } from "../../../src/data/findings.ts";
import { dataSection as onPage } from "../../../src/report/page/data.ts";
import { dataSection as inSummary } from "../../../src/report/summary/data.ts";

const RULE = "data.rules.in order; really";

test("a finding whose text holds a semicolon stays one", () => {
  const reason = { code: "predicate-false", name: "in order; really", sql: "a <> 1; 2" } as const;
  const finding = findingOf(RULE, { ...reason, columns: ["a"], rows: 1, of: 4 }, [], 4);
  const data = { rows: 4, files: [{ file: "a.csv", rows: 4 }], findings: [finding], columns: [], profiledRows: 4 };
  const says = "in order; really (a &lt;&gt; 1; 2) is broken in 1 of 4 rows (25 %)";
  expect(onPage(data).text.match(/<h3>.*<\/h3>\n<p>.*<\/p>/g)).toEqual([`<h3>${RULE}</h3>\n<p>${says}.</p>`]);
  expect(inSummary({ data })[1]?.split("\n").slice(2)).toEqual([`| ${RULE} | 1 | ${says.replace("&gt;", "\\>")} |`]);
});

test("each table that has a name shows its own columns, with shares of its own rows", () => {
  const column = (name: string, nulls: number) => ({ name, type: "text", nulls, distinct: 1 }) as const;
  const data = {
    ...{ rows: 30, findings: [], columns: [column("x", 5)], profiledRows: 10 },
    files: [
      { file: "a.csv", rows: 10 },
      { file: "b.csv", rows: 20, table: "b" },
    ],
    tables: [{ name: "b", rows: 20, columns: [column("y", 5)], profiledRows: 8 }],
  };
  const { text } = onPage(data);
  expect(text).toContain("<p>30 rows in 2 files of 2 tables.</p>");
  expect(text.match(/<h3>.*<\/h3>\n<p>.*<\/p>/g)).toEqual([
    "<h3>Columns</h3>\n<p>10 rows.</p>",
    "<h3>Columns of b</h3>\n<p>20 rows; distinct values, quantiles and histograms are those of 8 rows drawn at random.</p>",
  ]);
  expect(text).toMatch(/50 %[\s\S]*25 %/);
});
