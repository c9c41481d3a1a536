import type { Check } from "../checks/check.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";

/* What gates that look at groups of rows have in common. */

/** The group that columns with these values make. */
export const groupOf = (columns: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(columns.map((column, index) => [column, values[index] ?? ""]));

/** The check of predictions that lack a column to group by; undefined where they have all. */
export function withoutColumns(
  what: string,
  { absentColumns }: PredictionResults,
  wanted: readonly string[],
): Check | undefined {
  const columns = [...new Set(wanted.filter((column) => absentColumns.includes(column)))];
  return columns.length === 0 ? undefined : { what, outcome: "missing", reason: { code: "no-columns", columns } };
}
