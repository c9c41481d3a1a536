import { quantile } from "../statistics/quantile.ts";

/** What a number that is not known yet is taken for, and between what it lies. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

export const certainly = (value: number): Spread => ({ low: value, middle: value, high: value });

/** The median, and the shares that leave a tenth on each side. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: quantile(sorted, 0.1), middle: quantile(sorted, 0.5), high: quantile(sorted, 0.9) };
}

/** The same calculation for each of its three numbers. */
export const eachOf = (calculate: (end: keyof Spread) => number): Spread => ({
  low: calculate("low"),
  middle: calculate("middle"),
  high: calculate("high"),
});
