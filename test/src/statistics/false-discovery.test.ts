import fc from "fast-check";
import { expect, test } from "vitest";
import { adjusted } from "../../../src/statistics/false-discovery.ts";

test("of few p-values", () => {
  expect(adjusted([])).toEqual([]);
  expect(adjusted([0.3])).toEqual([0.3]);
  expect(adjusted([0.04, 0.01, 0.9, 0.02])).toEqual([0.04 * (4 / 3), 0.04, 0.9, 0.04]);
});

test("are no less than the p-values, in the same order, and at most 1", () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(p, { minLength: 1 }), (pValues) => {
      const found = adjusted(pValues);
      found.forEach((value, at) => {
        expect(value).toBeGreaterThanOrEqual((pValues[at] as number) * (1 - 1e-15));
        expect(value).toBeLessThanOrEqual(1);
        found.forEach((other, index) => {
          if ((pValues[at] as number) <= (pValues[index] as number)) expect(value).toBeLessThanOrEqual(other);
        });
      });
      expect(Math.max(...found)).toBe(Math.max(...pValues));
    }),
  );
});
