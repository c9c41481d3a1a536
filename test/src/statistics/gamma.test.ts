import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chiSquareTail } from "../../../src/statistics/gamma.ts";

describe("the chi-square tail", () => {
  test.each([
    [3.841458820694124, 1, 0.05],
    [16.918977604620448, 9, 0.05],
    [0, 4, 1],
    [-1, 4, 1],
    [Number.POSITIVE_INFINITY, 4, 0],
  ])("beyond %d with %d degrees of freedom", (x, df, p) => {
    expect(chiSquareTail(x, df)).toBeCloseTo(p, 12);
  });

  test("with two degrees of freedom is exponential, as far as there are numbers", () => {
    for (const x of [1e-9, 0.1, 1, 3.9, 4.1, 50, 700, 1400]) {
      expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 11);
    }
    expect(chiSquareTail(1e6, 2)).toBe(0);
  });

  const df = fc.integer({ min: 1, max: 5000 });
  const share = fc.double({ min: 0, max: 3, noNaN: true });

  test("is a probability that falls with the statistic and rises with the degrees of freedom", () => {
    fc.assert(
      fc.property(df, share, share, (degrees, one, other) => {
        const [low, high] = [Math.min(one, other) * degrees, Math.max(one, other) * degrees];
        const p = chiSquareTail(low, degrees);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(chiSquareTail(high, degrees)).toBeLessThanOrEqual(p + 1e-13);
        expect(chiSquareTail(low, degrees + 1)).toBeGreaterThanOrEqual(p - 1e-13);
      }),
    );
  });

  test("grows by the next term with two more degrees of freedom", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.01, max: 300, noNaN: true }), (half, at) => {
        let term = Math.exp(-at);
        for (let k = 1; k <= half; k++) term *= at / k;
        const grown = chiSquareTail(2 * at, 2 * half + 2) - chiSquareTail(2 * at, 2 * half);
        expect(grown).toBeCloseTo(term, 11);
      }),
    );
  });
});
