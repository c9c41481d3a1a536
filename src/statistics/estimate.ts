/** A two-sided interval at the configured confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * An interval widened until it holds the value. Resampling moves some statistics away from what was observed (a mean over
 * rare classes, an error that is never negative), and an interval beside its value would say that the value is not so.
 */
export const holding = ({ low, high }: Interval, value: number): Interval => ({
  low: Math.min(low, value),
  high: Math.max(high, value),
});

/** A measured value and, where it can be computed, its interval. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}
