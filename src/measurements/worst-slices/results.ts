import type { Estimate } from "../../statistics/estimate.ts";

/** The groups of rows that a search found to be worse than the others, though nobody named them; part of `report.json`. */
export interface WorstSlices {
  /**
   * What the groups were held against each other by: accuracy, or the absolute error of numbers. Where rows are ranked within groups it is
   * `ndcg`, and whatever counts rows below counts ranked groups with a relevant row.
   */
  readonly metric: "accuracy" | "mae" | "ndcg";
  /** The columns whose values formed the groups. */
  readonly columns: readonly string[];
  /** How many further columns there are, beyond the most that are searched. */
  readonly unsearched: number;
  /** Columns that were left out, since they have several values within a ranked group. */
  readonly varying?: readonly string[];
  /** How many groups of one, two or three columns were tried. */
  readonly tried: number;
  /** The rows that the groups were looked for in, and the others, which they were confirmed on. */
  readonly searchedRows: number;
  readonly heldRows: number;
  /** The fewest searched rows of a group that was tried. */
  readonly minimumRows: number;
  /** How many groups were thought to be worse, and held against the other rows. */
  readonly candidates: number;
  /** Those that were confirmed, the worst first. */
  readonly slices: readonly WorstSlice[];
}

export interface WorstSlice {
  /** What rows have in common: `age < 25`, `region = West`. */
  readonly conditions: readonly string[];
  /** Its rows in all of the predictions, and those that it was confirmed on. */
  readonly rows: number;
  readonly heldRows: number;
  /** The metric of its held-out rows, and of all other held-out rows. */
  readonly candidate: Estimate;
  readonly others: Estimate;
  /** The first minus the second. */
  readonly difference: Estimate;
  /** How likely it is worse by chance, corrected for the number of candidates. */
  readonly pValue: number;
}
