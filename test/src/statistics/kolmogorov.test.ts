import fc from "fast-check";
import { expect, test } from "vitest";
import { kolmogorovTail } from "../../../src/statistics/kolmogorov.ts";

test.each([
  [0, 10, 10, 1],
  [1, 10, 10, 0],
  // 1.3581 and 1.6276 are the limit's quantiles.
  [1.3581 / Math.sqrt(5e7), 1e8, 1e8, 0.05],
  [1.6276 / Math.sqrt(5e7), 1e8, 1e8, 0.01],
])("at %d of %d and %d values", (distance, n, m, p) => {
  expect(kolmogorovTail(distance, n, m)).toBeCloseTo(p, 4);
});

test("is a probability that falls with the distance, whichever sample comes first", () => {
  const rows = fc.integer({ min: 1, max: 1_000_000 });
  const distance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rows, rows, distance, distance, (n, m, one, other) => {
      const p = kolmogorovTail(Math.min(one, other), n, m);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(kolmogorovTail(Math.min(one, other), m, n)).toBe(p);
      // The two formulas meet at a small step.
      expect(kolmogorovTail(Math.max(one, other), n, m)).toBeLessThanOrEqual(p * 1.001 + 1e-4);
    }),
  );
});
