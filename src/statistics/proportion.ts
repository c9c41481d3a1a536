import type { Interval } from "./estimate.ts";
import { normalQuantile } from "./normal.ts";

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
