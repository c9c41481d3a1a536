/** A two-sided interval at the configured confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A measured value and, where it can be told, how sure it is. */
export interface Estimate {
  readonly value: number;
  readonly interval?: Interval;
}
