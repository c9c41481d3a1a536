import { type Moments, meanOf, varianceOf } from "../../statistics/student.ts";

/*
 * The score of a group of rows and its bound: S. Sagadeeva and M. Boehm, SliceLine: fast, linear-algebra-based slice finding for ML model
 * debugging (SIGMOD 2021).
 */

/**
 * How much the error of a group counts beside its size. With 0.99 the smallest group that is tried, a hundredth of all rows, has a
 * positive score from twice the mean error on; with the 0.95 of the paper it would take six times as much.
 */
export const ALPHA = 0.99;

/** All rows, and the fewest that a group has. */
export interface SearchedRows extends Moments {
  readonly greatest: number;
  readonly minimum: number;
}

/** Positive where a group is worse than all rows by more than its size is small; 0 of all rows. */
export const scoreOf = ({ rows, sum }: Pick<Moments, "rows" | "sum">, all: Moments): number =>
  ALPHA * (sum / rows / meanOf(all) - 1) - (1 - ALPHA) * (all.rows / rows - 1);

/** The greatest score that a group within this one can have: of some size, with as much of its error as fits. */
export function boundOf({ rows, sum }: Pick<Moments, "rows" | "sum">, all: SearchedRows): number {
  if (rows < all.minimum || all.greatest === 0) return -Infinity;
  const sizes = [rows, Math.min(rows, Math.max(all.minimum, sum / all.greatest))];
  return Math.max(...sizes.map((size) => scoreOf({ rows: size, sum: Math.min(sum, size * all.greatest) }, all)));
}

/** By how many standard errors, of rows that are all alike, the mean error of the first is above that of the second. */
export function excess(first: Moments, second: Moments): number {
  if (first.rows === 0 || second.rows === 0) return 0;
  const variance = varianceOf(added(first, second));
  if (variance === 0) return 0;
  return (meanOf(first) - meanOf(second)) / Math.sqrt(variance * (1 / first.rows + 1 / second.rows));
}

export const NOTHING: Moments = { rows: 0, sum: 0, squares: 0 };

export const added = (first: Moments, second: Moments): Moments => ({
  rows: first.rows + second.rows,
  sum: first.sum + second.sum,
  squares: first.squares + second.squares,
});

export const without = (whole: Moments, part: Moments): Moments => ({
  rows: whole.rows - part.rows,
  sum: Math.max(0, whole.sum - part.sum),
  squares: Math.max(0, whole.squares - part.squares),
});
