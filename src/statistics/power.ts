import { normalCdf, normalQuantile } from "./normal.ts";

/*
 * How often a test of a paired difference decides, before it is made: by the normal approximation, of which the difference of two means
 * over many rows is a case whatever one row is like.
 */

/** A test of whether a loss is excluded: more is better, and the interval of the mean difference decides. */
export interface LossTest {
  /** The standard deviation of the difference on one row. */
  readonly deviation: number;
  /** More than zero: the loss that is accepted. */
  readonly allowedLoss: number;
  /** Of the two-sided interval. */
  readonly confidence: number;
}

/** How often each outcome comes, as shares that sum to 1. */
export interface LossOutcomes {
  /** The interval excludes a loss beyond the accepted one. */
  readonly excluded: number;
  /** The loss is beyond the accepted one, and beyond noise. */
  readonly shown: number;
  readonly undecided: number;
}

/**
 * How many rows let the test exclude the loss that often.
 *
 * @param power the share of tests that exclude it
 * @param gain the true difference, which is above -allowedLoss
 */
export function rowsToExclude({ deviation, allowedLoss, confidence }: LossTest, power: number, gain = 0): number {
  const reach = normalQuantile((1 + confidence) / 2) + normalQuantile(power);
  return Math.ceil(((deviation * reach) / (allowedLoss + gain)) ** 2);
}

/** @param gain the true difference */
export function lossOutcomes({ deviation, allowedLoss, confidence }: LossTest, rows: number, gain = 0): LossOutcomes {
  const error = deviation / Math.sqrt(rows);
  const half = normalQuantile((1 + confidence) / 2) * error;
  const excluded = normalCdf((gain + allowedLoss - half) / error);
  const shown = normalCdf((-Math.max(allowedLoss, half) - gain) / error);
  return { excluded, shown, undecided: Math.max(0, 1 - excluded - shown) };
}
