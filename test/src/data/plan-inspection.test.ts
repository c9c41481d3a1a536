import { expect, test } from "vitest";
import { planInspection } from "../../../src/data/plan-inspection.ts";
import { described } from "./support.ts";

test.each([
  [60, 1000, true],
  [60, 1_000_000, false],
  [3, 1000, false],
])("%d columns and %d rows are read by one thread: %s", (columns, rows, alone) => {
  const names = Array.from({ length: columns }, (_, index) => `c${index}`);
  const checked = [described("rows.csv", names, { rows })];
  const config = { "max-duplicates": 1, finite: true, "min-rows": 0 };
  const { settings } = planInspection({ checked, described: checked, matches: new Map() }, config, undefined, "/out");
  expect(settings.includes("SET threads = 1;")).toBe(alone);
});
