import type { Interval } from "./estimate.ts";

/** A measured difference in which more is better, and how much of a loss would be accepted. */
export interface DecidedDifference {
  readonly rows: number;
  readonly difference: number;
  readonly interval: Interval;
  /** Zero or more: the decision is between `difference >= -allowedLoss` and a loss. */
  readonly allowedLoss: number;
}

/**
 * How many rows would have decided, had they shown the same difference; undefined when no number would, because the
 * difference is the allowed loss itself.
 *
 * It assumes that the interval shrinks as 1/√rows around the same difference, and that more rows are of the same kind.
 * With that many rows about half of all cases are decided, since the new rows' difference is as often below as above
 * this one. So it is an order of magnitude, rounded up to two significant digits.
 *
 * - A difference above -allowedLoss has to be shown to be no such loss: the lower half of the interval, now
 *   `difference - low`, has to fit between -allowedLoss and the difference.
 * - One below has to be shown to be a loss at all: the upper half has to fit between the difference and zero.
 */
export function samplesNeeded({ rows, difference, interval, allowedLoss }: DecidedDifference): number | undefined {
  if (difference === -allowedLoss) return undefined;
  const shortfall =
    difference > -allowedLoss
      ? (difference - interval.low) / (difference + allowedLoss)
      : (interval.high - difference) / -difference;
  return roundedUp(Math.max(1, rows * shortfall ** 2));
}

/** To two significant digits. */
export function roundedUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  // The margin keeps rounding errors, as in 0.1 + 0.2, from adding one.
  return Math.ceil(value / unit - 1e-9) * unit;
}
