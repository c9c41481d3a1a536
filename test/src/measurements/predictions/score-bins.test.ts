import fc from "fast-check";
import { expect, test } from "vitest";
import { scoreBin } from "../../../../src/measurements/predictions/score-bins.ts";

test.each([
  [0, 10, 0],
  [0.05, 10, 0],
  [0.1, 10, 0],
  [0.1000001, 10, 1],
  [0.3, 10, 2],
  [0.7, 10, 6],
  [0.95, 20, 18],
  [0.9999, 10, 9],
  [1, 10, 9],
  [0.07, 100, 6],
])("%d is in bin %#: an edge belongs to the lower one", (score, bins, bin) => {
  expect(scoreBin(score, bins)).toBe(bin);
});

test("each score is within its bin", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(10, 20, 100), (score, bins) => {
      const bin = scoreBin(score, bins);
      expect(score).toBeLessThanOrEqual((bin + 1) / bins);
      if (bin > 0) expect(score).toBeGreaterThan(bin / bins);
    }),
  );
});
