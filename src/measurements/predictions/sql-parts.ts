import type { ModelPlan } from "./plan.ts";

/** Bins of the error of each regression model. */
export const ERROR_BINS = 48;
/** The same within groups. */
export const GROUP_ERROR_BINS = 16;

/** What is counted for some of the metrics, whose cells are of their own. */
export interface PartQueries {
  values(model: ModelPlan, exact: boolean): string;
  cells(table: string, models: readonly ModelPlan[], exact: boolean): string;
  /** The columns that form the cells of a group, and those that are averaged over a cell. */
  groupCells(models: readonly ModelPlan[]): { readonly keys: readonly string[]; readonly means: readonly string[] };
  /** Columns that `groupCells` needs beside those of the table. */
  groupBins(models: readonly ModelPlan[], exact: boolean): readonly string[];
}

/** The suffix of a model's columns in the joined table. */
export const suffixOf = ({ role }: ModelPlan): string => (role === "baseline" ? "_b" : "");

/** Bins with about equal numbers of rows; equal values share a bin. */
export const binOf = (column: string, bins: number): string =>
  `((rank() OVER (ORDER BY ${column}) - 1) * ${bins} // count(*) OVER ())`;
