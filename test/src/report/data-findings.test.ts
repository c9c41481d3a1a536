import { expect, test } from "vitest";
import { findingOf } from "../../../src/data/findings.ts";
import { heldCheck } from "../../../src/data/rules/rule.ts";
import { dataSection as onPage } from "../../../src/report/page/data.ts";
import { dataSection as inSummary } from "../../../src/report/summary/data.ts";

const RULE = "data.rules.in order; really";

test("a finding whose text holds a semicolon stays one", () => {
  const reason = { code: "predicate-false", name: "in order; really", sql: "a <> 1; 2" } as const;
  const finding = findingOf(heldCheck(RULE), { ...reason, columns: ["a"], rows: 1, of: 4 }, [], 4);
  const data = { rows: 4, files: [{ file: "a.csv", rows: 4 }], findings: [finding], columns: [], profiledRows: 4 };
  const says = "in order; really (a &lt;&gt; 1; 2) is broken in 1 of 4 rows (25 %)";
  expect(onPage(data).text.match(/<h3>.*<\/h3>\n<p>.*<\/p>/g)).toEqual([`<h3>${RULE}</h3>\n<p>${says}.</p>`]);
  expect(inSummary({ data })[1]?.split("\n").slice(2)).toEqual([`| ${RULE} | 1 | ${says.replace("&gt;", "\\>")} |`]);
});
