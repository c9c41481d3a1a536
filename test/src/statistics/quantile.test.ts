import fc from "fast-check";
import { expect, test } from "vitest";
import { histogramOf } from "../../../src/statistics/histogram.ts";
import { middle, quantile } from "../../../src/statistics/quantile.ts";

test.each([
  [[1, 2, 3, 4], 0.5, 2.5],
  [[1, 2, 3, 4], 0, 1],
  [[1, 2, 3, 4], 1, 4],
  [[10, 20], 0.25, 12.5],
  [[7], 0.95, 7],
])("of %j at %d", (sorted, share, value) => {
  expect(quantile(sorted, share)).toBe(value);
});

test("of no values", () => {
  expect(quantile([], 0.5)).toBeNaN();
});

test("the middle leaves as much out on either side", () => {
  const { low, high } = middle(
    Array.from({ length: 101 }, (_, index) => index),
    0.9,
  );
  expect(low).toBeCloseTo(5, 9);
  expect(high).toBeCloseTo(95, 9);
});

test("a larger share is no smaller value", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const values = fc.array(fc.integer(), { minLength: 1 });
  fc.assert(
    fc.property(values, share, share, (numbers, one, other) => {
      const sorted = Float64Array.from(numbers).sort();
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      // A rounding error of the last digit between two values that are far apart.
      const rounding = 1e-15 * Math.max(...sorted.map(Math.abs));
      expect(quantile(sorted, low)).toBeLessThanOrEqual(quantile(sorted, high) + rounding);
    }),
  );
});

test("a histogram counts each value once", () => {
  expect(histogramOf([0, 1, 2, 3, 4], 4)).toEqual({ low: 0, high: 4, counts: [1, 1, 1, 2] });
  expect(histogramOf([5, 5, 5], 3)).toEqual({ low: 5, high: 5, counts: [3, 0, 0] });
  expect(histogramOf([], 2)).toEqual({ low: 0, high: 0, counts: [0, 0] });
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (values) => {
      const { counts } = histogramOf(Float64Array.from(values).sort(), 40);
      expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
    }),
  );
});
