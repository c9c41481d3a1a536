import fc from "fast-check";
import { expect, test } from "vitest";
import { MIN_SHARE, populationStability } from "../../../src/statistics/population-stability.ts";
import { twoCounts } from "./counts.ts";

test("of two cells, of an empty one and of no rows", () => {
  expect(populationStability([50, 50], [60, 40])).toBeCloseTo(0.1 * Math.log(1.2) - 0.1 * Math.log(0.8), 12);
  expect(populationStability([1, 1], [2, 0])).toBeCloseTo(
    0.5 * Math.log(2) + (0.5 - MIN_SHARE) * Math.log(0.5 / MIN_SHARE),
    12,
  );
  expect(populationStability([0, 0], [2, 0])).toBeUndefined();
  expect(populationStability([], [])).toBeUndefined();
});

test("is symmetric, at least zero, zero for equal and the same for more of the same", () => {
  fc.assert(
    fc.property(twoCounts, ([reference, current]) => {
      const found = populationStability(reference, current) ?? Number.NaN;
      expect(found).toBeGreaterThanOrEqual(0);
      expect(found).toBeLessThanOrEqual(2 * Math.log(1 / MIN_SHARE));
      expect(populationStability(current, reference)).toBeCloseTo(found, 12);
      expect(populationStability(reference, reference)).toBe(0);
      expect(
        populationStability(
          reference,
          current.map((count) => 7 * count),
        ),
      ).toBeCloseTo(found, 12);
    }),
  );
});
