import type { Interval } from "../statistics/estimate.ts";
import { mean } from "../statistics/mean.ts";
import { quantile } from "../statistics/quantile.ts";
import { studentQuantile } from "../statistics/student.ts";

/** What a number that is not known yet is taken for, and between what it lies. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

export const certainly = (value: number): Spread => ({ low: value, middle: value, high: value });

/** Under a tenth of a second times are noise, and none of them has a logarithm. */
const SHORTEST = 0.1;
const TAIL = 0.1;

/** With fewer times nobody knows how far they lie apart. */
export const ENOUGH = 3;

/**
 * The ends where there are too few times, and the furthest ones with more. A stage has been seen to take a sixth of its first time once
 * packages and tools were there, and half as long again beside other work.
 */
const FURTHEST = { low: 0.1, high: 2 };

/**
 * The median of some times, and what the next one lies below or above in a tenth of all cases each: mean ± t(n − 1) · s · √(1 + 1/n) of
 * their logarithms, since what slows a stage down multiplies its time. The ends are at the furthest a tenth of the least time and double
 * the greatest one, and there with fewer than three.
 */
export function spreadOf(seconds: readonly number[]): Spread {
  const sorted = seconds.toSorted((a, b) => a - b);
  const middle = quantile(sorted, 0.5);
  const furthest = { low: FURTHEST.low * quantile(sorted, 0), high: FURTHEST.high * quantile(sorted, 1) };
  if (sorted.length < ENOUGH) return { ...furthest, middle };
  const next = nextOf(sorted);
  return {
    low: Math.min(middle, Math.max(next.low, furthest.low)),
    middle,
    high: Math.max(middle, Math.min(next.high, furthest.high)),
  };
}

function nextOf(seconds: readonly number[]): Interval {
  // By the least of them, so that equal times come out as they are.
  const least = Math.max(quantile(seconds, 0), SHORTEST);
  const logs = seconds.map((time) => Math.log(Math.max(time, SHORTEST) / least));
  const center = mean(logs);
  const variance = logs.reduce((sum, log) => sum + (log - center) ** 2, 0) / (logs.length - 1);
  const half = studentQuantile(TAIL, logs.length - 1) * Math.sqrt(variance * (1 + 1 / logs.length));
  return { low: least * Math.exp(center - half), high: least * Math.exp(center + half) };
}

/** The same calculation for each of its three numbers. */
export const eachOf = (calculate: (end: keyof Spread) => number): Spread => ({
  low: calculate("low"),
  middle: calculate("middle"),
  high: calculate("high"),
});
