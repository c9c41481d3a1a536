import type { Interval } from "./estimate.ts";

/**
 * The value below which a share of the sorted values lies, with linear interpolation: type 7 of Hyndman and Fan (1996),
 * the default of numpy and R. NaN without values.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The central interval that holds a share of the sorted values: the bootstrap's percentile interval. */
export const middle = (sorted: ArrayLike<number>, share: number): Interval => ({
  low: quantile(sorted, (1 - share) / 2),
  high: quantile(sorted, (1 + share) / 2),
});
