import { expect, test } from "vitest";
import { worstSliceGate } from "../../../src/gates/worst-slice.ts";
import type { WorstSlice, WorstSlices } from "../../../src/measurements/worst-slices/results.ts";
import { configOf, decisionOf, userError } from "../support.ts";

const slice: WorstSlice = {
  conditions: ["age < 25", "region = West"],
  rows: 412,
  heldRows: 206,
  candidate: { value: 0.61, interval: { low: 0.55, high: 0.67 } },
  others: { value: 0.91 },
  difference: { value: -0.3, interval: { low: -0.36, high: -0.24 } },
  pValue: 1e-9,
};
const found = (slices: readonly WorstSlice[], changes: Partial<WorstSlices> = {}): WorstSlices => ({
  metric: "accuracy",
  columns: ["age", "region"],
  unsearched: 0,
  tried: 1200,
  searchedRows: 5000,
  heldRows: 5000,
  minimumRows: 50,
  candidates: slices.length,
  slices,
  ...changes,
});
const decide = (worstSlices: WorstSlices, limits = "min-accuracy = 0.7") =>
  decisionOf(worstSliceGate, { worstSlices }, `[gates.worst-slice]\n${limits}`);

test("a group that nobody named and that breaks the limit is told by what its rows have in common", async () => {
  expect(await decide(found([slice]))).toMatchObject({
    status: "failed",
    message:
      "age < 25 and region = West: accuracy 0.61 [0.55, 0.67] (at least 0.7), 0.91 elsewhere, 412 rows (206 of them held out)",
    checks: [{ what: "accuracy", value: 0.61, limit: { min: 0.7 }, reason: { code: "worst-slice", rows: 412 } }],
  });
  expect((await decide(found([slice]), "min-accuracy = 0.6")).status).toBe("passed");
});

test("a group may be behind the other rows by so much", async () => {
  expect(await decide(found([slice]), "max-drop = 0.2")).toMatchObject({
    status: "failed",
    message:
      "age < 25 and region = West: accuracy 0.61, -0.3 [-0.36, -0.24] against other rows (at most 0.2 worse), 412 rows (206 of them held out)",
  });
  expect((await decide(found([slice]), "max-drop = 0.3")).status).toBe("passed");
  const errors = { ...slice, candidate: { value: 9 }, others: { value: 4 }, difference: { value: 5 } };
  const numbers = found([errors], { metric: "mae" });
  expect((await decide(numbers, "max-drop = 4.9")).status).toBe("failed");
  expect((await decide(numbers, "max-drop = 5")).status).toBe("passed");
  expect((await decide(numbers)).message).toMatch(/cannot be decided: accuracy is about classes/);
});

test("where rows are ranked, higher values are better and ranked groups are counted", async () => {
  const rankings = found([slice], { metric: "ndcg", varying: ["price"] });
  expect(await decide(rankings, "max-drop = 0.2")).toMatchObject({
    status: "failed",
    message:
      "age < 25 and region = West: ndcg 0.61, -0.3 [-0.36, -0.24] against other ranked groups (at most 0.2 worse), 412 ranked groups (206 of them held out)",
  });
  expect((await decide(rankings, "max-drop = 0.3")).status).toBe("passed");
  expect((await decide({ ...rankings, slices: [] }, "max-drop = 0.3")).message).toBe(
    "none of 1,200 groups of 2 columns is worse than the other ranked groups beyond chance; not searched, having several values within ranked groups: price",
  );
  const settings = { required: true, columns: ["age"] };
  const names = (ranked: boolean, limits: object) =>
    worstSliceGate.mutants({ ...settings, ...limits }, { ranked }).map(({ name }) => name);
  expect(names(true, { "max-drop": 0.1 })).toEqual([
    "the order turned in a fifth of the ranked groups, which nobody named",
  ]);
  // A least accuracy is about rows.
  expect(names(true, { "min-accuracy": 0.1 })).toEqual(names(false, { "max-drop": 0.1 }));
});

test("a model that is bad at no group passes, and says how many were tried", async () => {
  expect(await decide(found([]))).toMatchObject({
    status: "passed",
    message: "none of 1,200 groups of 2 columns is worse than the other rows beyond chance",
  });
});

test("without a limit there is nothing to judge: the groups are a finding alone", async () => {
  expect(userError(() => configOf('[gates.worst-slice]\ncolumns = ["age"]'))).toContain("min-accuracy or max-drop");
  expect((await decisionOf(worstSliceGate, { worstSlices: found([slice]) })).status).toBe("skipped");
});
