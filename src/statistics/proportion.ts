import type { Interval } from "./estimate.ts";
import type { Counted } from "./hypergeometric.ts";
import { normalQuantile } from "./normal.ts";

/**
 * The difference of two shares of the same trials, first minus second, with Newcombe's interval for paired proportions
 * (R. Newcombe, Statistics in Medicine 17, 1998, method 10 without continuity correction): Wilson's intervals of both,
 * combined with the correlation of the pairs. Unlike that of the bootstrap it has a width when all pairs are alike.
 */
export function pairedDifference(
  trials: readonly (readonly [boolean, boolean])[],
  confidence: number,
): { readonly value: number; readonly interval: Interval } {
  const total = trials.length;
  if (total === 0) return { value: 0, interval: { low: -1, high: 1 } };
  const count = (one: boolean, other: boolean): number =>
    trials.filter(([first, second]) => first === one && second === other).length;
  const [both, onlyFirst, onlySecond, neither] = [
    count(true, true),
    count(true, false),
    count(false, true),
    count(false, false),
  ];
  const [first, second] = [both + onlyFirst, both + onlySecond];
  const [share, other] = [first / total, second / total];
  const [of, than] = [wilson(first, total, confidence), wilson(second, total, confidence)];
  const margins = first * (total - first) * second * (total - second);
  const correlation = margins === 0 ? 0 : (both * neither - onlyFirst * onlySecond) / Math.sqrt(margins);
  const reach = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * correlation * a * b + b * b));
  const value = share - other;
  return {
    value,
    interval: {
      low: value - reach(share - of.low, than.high - other),
      high: value + reach(of.high - share, other - than.low),
    },
  };
}

/**
 * The difference of the shares of two groups, first minus second, with Newcombe's interval (Statistics in Medicine 17, 1998, method 10 of
 * independent proportions): Wilson's intervals of both.
 */
export function differenceOfShares(
  first: Counted,
  second: Counted,
  confidence: number,
): { readonly value: number; readonly interval: Interval } {
  const [share, other] = [first.hits / first.rows, second.hits / second.rows];
  const [of, than] = [wilson(first.hits, first.rows, confidence), wilson(second.hits, second.rows, confidence)];
  const value = share - other;
  return {
    value,
    interval: {
      low: value - Math.hypot(share - of.low, than.high - other),
      high: value + Math.hypot(of.high - share, other - than.low),
    },
  };
}

/**
 * Wilson's score interval (1927) for the share of `successes` in `trials`. Unlike the bootstrap it is sound when all or
 * none succeed, and it stays within 0 and 1. Without trials it is 0 to 1.
 */
export function wilson(successes: number, trials: number, confidence: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const center = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: successes === 0 ? 0 : center - half, high: successes === trials ? 1 : center + half };
}
