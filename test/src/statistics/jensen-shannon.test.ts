import fc from "fast-check";
import { expect, test } from "vitest";
import { jensenShannon } from "../../../src/statistics/jensen-shannon.ts";
import { twoCounts } from "./counts.ts";

test("of nothing in common, of half in common and of no rows", () => {
  expect(jensenShannon([3, 0, 0], [0, 5, 0])).toBeCloseTo(1, 12);
  expect(jensenShannon([1, 0], [1, 1])).toBeCloseTo(0.46450140402245893 / Math.sqrt(Math.LN2), 12);
  expect(jensenShannon([0, 0], [1, 1])).toBeUndefined();
});

test("is symmetric, between 0 and 1, zero for equal and the same for more of the same", () => {
  fc.assert(
    fc.property(twoCounts, ([reference, current]) => {
      const found = jensenShannon(reference, current) ?? Number.NaN;
      expect(found).toBeGreaterThanOrEqual(0);
      expect(found).toBeLessThanOrEqual(1);
      expect(jensenShannon(current, reference)).toBeCloseTo(found, 12);
      expect(
        jensenShannon(
          reference,
          reference.map((count) => 7 * count),
        ),
      ).toBeCloseTo(0, 12);
      expect(
        jensenShannon(
          reference,
          current.map((count) => 7 * count),
        ),
      ).toBeCloseTo(found, 12);
    }),
  );
});
