/** A two-sided interval at the configured confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A measured value and, where it can be computed, its interval. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}
