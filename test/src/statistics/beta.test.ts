import { expect, test } from "vitest";
import { beta } from "../../../src/statistics/beta.ts";
import { binomialCdf } from "../../../src/statistics/binomial.ts";
import { randomOf } from "../../../src/statistics/random.ts";

const draws = (a: number, b: number, count = 20_000): number[] => {
  const random = randomOf(a * 1000 + b);
  return Array.from({ length: count }, () => beta(a, b, random));
};

test.each([
  [1, 1],
  [3, 5],
  [40, 2],
  [300, 700],
])("shares after %i successes and %i failures are as the binomial distribution says", (a, b) => {
  const drawn = draws(a, b);
  for (const share of [0.05, 0.2, 0.3, 0.5, 0.8, 0.95]) {
    const under = drawn.filter((one) => one <= share).length / drawn.length;
    // The share is under x as often as a + b - 1 trials with chance x have a successes or more.
    expect(under).toBeCloseTo(1 - binomialCdf(a - 1, a + b - 1, share), 1.6);
  }
});

test.each([
  [0.3, 0.7],
  [12.25, 0.75],
  [1e-6, 1],
])("mean and variance of fractions are right: %d, %d", (a, b) => {
  const drawn = draws(a, b);
  const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
  expect(mean).toBeCloseTo(a / (a + b), 2);
  const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length;
  expect(variance).toBeCloseTo((a * b) / ((a + b) ** 2 * (a + b + 1)), 2);
  expect(drawn.every((one) => one >= 0 && one <= 1)).toBe(true);
});
