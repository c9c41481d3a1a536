import { expect, test } from "vitest";
import { samplesNeeded } from "../../../src/statistics/samples.ts";

test("a loss within the allowed one must be shown to be no larger", () => {
  // The lower half of the interval, 0.02, has to shrink to 0.01: four times the rows.
  const decided = { rows: 1000, difference: 0, interval: { low: -0.02, high: 0.02 }, allowedLoss: 0.01 };
  expect(samplesNeeded(decided)).toBe(4000);
});

test("a larger loss must be shown to be a loss at all", () => {
  // The upper half, 0.04, has to fit between the difference and zero, 0.02.
  const decided = { rows: 250, difference: -0.02, interval: { low: -0.06, high: 0.02 }, allowedLoss: 0.01 };
  expect(samplesNeeded(decided)).toBe(1000);
});

test("no number of rows decides exactly the allowed loss", () => {
  const interval = { low: -0.05, high: 0.03 };
  expect(samplesNeeded({ rows: 100, difference: -0.01, interval, allowedLoss: 0.01 })).toBeUndefined();
});

test("is rounded up to two digits", () => {
  // 1234 · (0.02 / 0.01)² = 4936.
  const interval = { low: -0.02, high: 0.02 };
  expect(samplesNeeded({ rows: 1234, difference: 0, interval, allowedLoss: 0.01 })).toBe(5000);
  expect(samplesNeeded({ rows: 1, difference: 1, interval: { low: 1, high: 1 }, allowedLoss: 0 })).toBe(1);
});
