import { expect, test } from "vitest";
import { adjustedByHolm } from "../../../src/statistics/holm.ts";
import { moreHits } from "../../../src/statistics/hypergeometric.ts";
import { differenceOfShares } from "../../../src/statistics/proportion.ts";
import { meanEstimate, studentQuantile, studentTail, welch } from "../../../src/statistics/student.ts";

test("Fisher's tea-tasting lady", () => {
  expect(moreHits({ hits: 3, rows: 4 }, { hits: 1, rows: 4 })).toBeCloseTo(17 / 70, 12);
  expect(moreHits({ hits: 4, rows: 4 }, { hits: 0, rows: 4 })).toBeCloseTo(1 / 70, 12);
  expect(moreHits({ hits: 1, rows: 4 }, { hits: 3, rows: 4 })).toBeCloseTo(69 / 70, 12);
  expect(moreHits({ hits: 0, rows: 4 }, { hits: 0, rows: 4 })).toBe(1);
});

test("Student's t of tables", () => {
  expect(studentTail(2.228138852, 10)).toBeCloseTo(0.025, 9);
  expect(studentTail(-1, 1)).toBeCloseTo(0.75, 12);
  expect(studentQuantile(0.025, 10)).toBeCloseTo(2.228138852, 8);
  // Near the normal distribution.
  expect(studentQuantile(0.025, 1_000_000)).toBeCloseTo(1.959966, 5);
});

test("means of samples", () => {
  // Of 1, 2, 3, 4.
  const { value, interval } = meanEstimate({ rows: 4, sum: 10, squares: 30 }, 0.95);
  expect([value, interval?.low, interval?.high]).toEqual([2.5, expect.closeTo(0.4457, 4), expect.closeTo(4.5543, 4)]);
  expect(meanEstimate({ rows: 1, sum: 3, squares: 9 }, 0.95)).toEqual({ value: 3 });
  expect(welch({ rows: 1, sum: 3, squares: 9 }, { rows: 9, sum: 9, squares: 9 }, 0.95).pValue).toBe(1);
  expect(welch({ rows: 4, sum: 10, squares: 30 }, { rows: 4, sum: 10, squares: 30 }, 0.95)).toMatchObject({
    ...{ value: 0, pValue: 0.5 },
  });
});

test("Newcombe's own example of two proportions", () => {
  const { value, interval } = differenceOfShares({ hits: 56, rows: 70 }, { hits: 48, rows: 80 }, 0.95);
  expect([value, interval.low, interval.high]).toEqual([
    ...[expect.closeTo(0.2, 12), expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)],
  ]);
});

test("Holm's corrected p-values never fall", () => {
  expect(adjustedByHolm([0.04, 0.01, 0.03])).toEqual([
    expect.closeTo(0.06),
    expect.closeTo(0.03),
    expect.closeTo(0.06),
  ]);
  expect(adjustedByHolm([])).toEqual([]);
});
