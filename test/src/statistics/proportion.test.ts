import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../../src/statistics/normal.ts";
import { pairedDifference, wilson } from "../../../src/statistics/proportion.ts";

describe("the normal quantile", () => {
  test.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.025, -1.959963984540054],
    [0.95, 1.6448536269514722],
    [1e-10, -6.361340902404056],
    [0, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
  ])("at %d", (p, value) => {
    if (Number.isFinite(value)) expect(normalQuantile(p)).toBeCloseTo(value, 12);
    else expect(normalQuantile(p)).toBe(value);
  });

  test("of no probability", () => {
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

describe("Wilson's interval", () => {
  test("of 8 in 10", () => {
    const { low, high } = wilson(8, 10, 0.95);
    expect(low).toBeCloseTo(0.490162, 6);
    expect(high).toBeCloseTo(0.943318, 6);
  });

  test("of none and of all ends at 0 and 1, but is no point", () => {
    expect(wilson(0, 20, 0.95).low).toBe(0);
    expect(wilson(0, 20, 0.95).high).toBeCloseTo(0.161125, 6);
    expect(wilson(20, 20, 0.95).high).toBe(1);
    expect(wilson(0, 0, 0.95)).toEqual({ low: 0, high: 1 });
  });

  test("holds the share, and is the mirror image of the failures' one", () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((trials) => fc.tuple(fc.nat(trials), fc.constant(trials)));
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { low, high } = wilson(successes, trials, 0.95);
        const failures = wilson(trials - successes, trials, 0.95);
        expect(low).toBeLessThanOrEqual(successes / trials);
        expect(high).toBeGreaterThanOrEqual(successes / trials);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(failures.low).toBeCloseTo(1 - high, 12);
      }),
    );
  });
});

describe("the difference of paired shares", () => {
  const pairs = (both: number, first: number, second: number, neither: number): [boolean, boolean][] => [
    ...Array.from({ length: both }, (): [boolean, boolean] => [true, true]),
    ...Array.from({ length: first }, (): [boolean, boolean] => [true, false]),
    ...Array.from({ length: second }, (): [boolean, boolean] => [false, true]),
    ...Array.from({ length: neither }, (): [boolean, boolean] => [false, false]),
  ];

  test("is that of Newcombe's method 10 for 36, 12, 2 and 0 of 50", () => {
    const { value, interval } = pairedDifference(pairs(36, 12, 2, 0), 0.95);
    expect(value).toBeCloseTo(0.2, 10);
    expect(interval.low).toBeCloseTo(0.0569, 4);
    expect(interval.high).toBeCloseTo(0.3404, 4);
  });

  test("has a width when all pairs are alike, and is zero in its middle", () => {
    const { value, interval } = pairedDifference(pairs(50, 0, 0, 0), 0.95);
    expect(value).toBe(0);
    expect(interval.low).toBeLessThan(0);
    expect(interval.high).toBeGreaterThan(0);
  });

  test("changes its sign with the sides", () => {
    const [one, other] = [pairedDifference(pairs(40, 9, 2, 5), 0.9), pairedDifference(pairs(40, 2, 9, 5), 0.9)];
    expect(other.value).toBeCloseTo(-one.value, 12);
    expect(other.interval.low).toBeCloseTo(-one.interval.high, 12);
  });

  test("knows nothing without pairs", () => {
    expect(pairedDifference([], 0.95).interval).toEqual({ low: -1, high: 1 });
  });
});
