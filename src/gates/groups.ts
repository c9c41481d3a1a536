import type { Check } from "../checks/check.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";

/* Shared by the gates that judge groups of rows. */

/** The group of the rows that have these values in the columns. */
export const groupOf = (columns: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));

/** The check for predictions that lack a column to group by; undefined when they have all. */
export function withoutColumns(
  what: string,
  { absentColumns }: PredictionResults,
  wanted: readonly string[],
): Check | undefined {
  const columns = [...new Set(wanted.filter((column) => absentColumns.includes(column)))];
  return columns.length === 0 ? undefined : { what, outcome: "missing", reason: { code: "no-columns", columns } };
}
