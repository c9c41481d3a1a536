import type { Interval } from "./estimate.ts";

/**
 * The value below which a share of the sorted values lies, between two of them by straight line: type 7 of Hyndman and Fan
 * (1996), which numpy and R use. Of no values it is NaN.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle of the sorted values that holds a share of them: the bootstrap's percentile interval. */
export const middle = (sorted: ArrayLike<number>, share: number): Interval => ({
  low: quantile(sorted, (1 - share) / 2),
  high: quantile(sorted, (1 + share) / 2),
});
