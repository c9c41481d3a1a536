import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareCounts, totalVariation } from "../../../src/statistics/contingency.ts";
import { twoCounts } from "./counts.ts";

describe("two counts", () => {
  test("of two cells", () => {
    const found = compareCounts([50, 50], [70, 30]);
    expect(found?.statistic).toBeCloseTo(25 / 3, 12);
    expect(found?.df).toBe(1);
    expect(found?.p).toBeCloseTo(0.003892417, 8);
    expect(found?.cramersV).toBeCloseTo(Math.sqrt(25 / 600), 12);
    expect(found?.totalVariation).toBeCloseTo(0.2, 12);
  });

  test("put cells with few rows together, but not for the total variation", () => {
    const found = compareCounts([100, 100, 4, 1, 0], [100, 100, 0, 2, 4]);
    expect(found?.df).toBe(2);
    expect(found?.statistic).toBeCloseTo(compareCounts([100, 100, 5], [100, 100, 6])?.statistic ?? 0, 12);
    expect(found?.totalVariation).toBeGreaterThan(0.02);
  });

  test("take the next smallest cell where those with few rows are few together", () => {
    const found = compareCounts([1000, 500, 0], [20, 10, 1]);
    expect(found?.df).toBe(1);
    expect(found?.statistic).toBeCloseTo(compareCounts([1000, 500], [20, 11])?.statistic ?? 0, 12);
  });

  test("are not compared without two cells or without rows", () => {
    expect(compareCounts([100], [90])).toBeUndefined();
    expect(compareCounts([100, 1], [90, 2])).toBeUndefined();
    expect(compareCounts([0, 0], [90, 20])).toBeUndefined();
    expect(totalVariation([0, 0], [90, 20])).toBeUndefined();
    expect(totalVariation([1, 0], [0, 1])).toBe(1);
  });

  test("compare alike in both directions, equal ones as equal, and never as NaN", () => {
    fc.assert(
      fc.property(twoCounts, ([reference, current]) => {
        const found = compareCounts(reference, current);
        const turned = compareCounts(current, reference);
        expect(turned === undefined).toBe(found === undefined);
        const same = compareCounts(reference, reference);
        if (same !== undefined) expect(same).toMatchObject({ statistic: 0, p: 1, cramersV: 0, totalVariation: 0 });
        if (found === undefined || turned === undefined) return;
        expect(turned.df).toBe(found.df);
        expect(turned.cramersV).toBeCloseTo(found.cramersV, 10);
        for (const share of [found.p, found.cramersV, found.totalVariation]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(found.df).toBeLessThan(reference.length);
      }),
    );
  });
});
