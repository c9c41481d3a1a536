import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialCdf, binomialProbability } from "../../../src/statistics/binomial.ts";

test("probabilities of few trials", () => {
  expect(binomialProbability(2, 4, 0.5)).toBeCloseTo(6 / 16, 12);
  expect(binomialProbability(0, 3, 0.2)).toBeCloseTo(0.512, 12);
  expect(binomialProbability(3, 3, 0.2)).toBeCloseTo(0.008, 12);
  expect(binomialProbability(4, 3, 0.2)).toBe(0);
  expect(binomialProbability(-1, 3, 0.2)).toBe(0);
});

test("certain and impossible successes", () => {
  expect([binomialProbability(0, 5, 0), binomialProbability(1, 5, 0)]).toEqual([1, 0]);
  expect([binomialProbability(5, 5, 1), binomialProbability(4, 5, 1)]).toEqual([1, 0]);
  expect([binomialCdf(0, 5, 0), binomialCdf(4, 5, 1), binomialCdf(5, 5, 1)]).toEqual([1, 0, 1]);
  expect([binomialCdf(-1, 5, 0.5), binomialCdf(9, 5, 0.5)]).toEqual([0, 1]);
});

const trials = fc.integer({ min: 1, max: 400 });
const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true });

test("the cumulated probability is the sum of the single ones", () => {
  fc.assert(
    fc.property(trials, probability, (n, p) => {
      let sum = 0;
      for (let k = 0; k <= n; k++) {
        sum += binomialProbability(k, n, p);
        if (k % 7 === 0 || k === n) expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 10);
      }
      expect(sum).toBeCloseTo(1, 10);
    }),
    { numRuns: 40 },
  );
});

test("at a million trials half of the probability is at most half of them", () => {
  const [n, k] = [1_000_000, 500_000];
  expect(binomialCdf(k, n, 0.5) - binomialProbability(k, n, 0.5) / 2).toBeCloseTo(0.5, 12);
});
