import { identifier } from "../../tables/sql.ts";
import { type PredictionsSettings, QUANTILE } from "./file-settings.ts";
import type { PredictionSummary } from "./summary.ts";

/** What quantiles are called where nobody says otherwise. */
export const DEFAULT_COLUMN = `prediction_q${QUANTILE}`;
const NUMBER = /^(\d+(\.\d*)?|\.\d+)$/;

/** A column whose values are to be above the label in that share of all rows. */
export interface QuantileColumn {
  /** Between 0 and 1. */
  readonly level: number;
  readonly column: string;
}

/** The part of a column's name that stands for the quantile, where it is a number. */
function writtenLevel(pattern: string, column: string): string | undefined {
  const [before = "", after = ""] = pattern.split(QUANTILE);
  const inner = column.slice(before.length, column.length - after.length);
  return column === `${before}${inner}${after}` && NUMBER.test(inner) ? inner : undefined;
}

/** Numbers from 1 on are per cent: 0.1 and 10 are one quantile. */
const levelOf = (written: string): number => (Number(written) < 1 ? Number(written) : Number(written) / 100);

/** Whether a column has a quantile by its name. */
export const isQuantile = (setting: PredictionsSettings["quantiles"], column: string): boolean =>
  writtenLevel(setting ?? DEFAULT_COLUMN, column) !== undefined;

/**
 * The columns of quantiles of the candidate, and of the baseline those of the same quantiles: other ones cannot be compared, and a
 * baseline may be of a time before there were any.
 *
 * @returns of each model its columns, the lowest first, or why they cannot be read
 */
export function quantilesOf(
  setting: PredictionsSettings["quantiles"],
  summaries: readonly PredictionSummary[],
): readonly (readonly QuantileColumn[])[] | string {
  const found = summaries.map((summary) => quantileColumns(setting, summary));
  const flaw = found.find((one) => typeof one === "string");
  if (flaw !== undefined) return flaw;
  const [ours = [], ...others] = found as readonly (readonly QuantileColumn[])[];
  const [candidate] = summaries;
  if (ours.length === 0 && setting !== undefined && candidate !== undefined)
    return `predictions.quantiles is ${setting}, and ${candidate.file} has no such column (it has ${candidate.columns.join(", ")})`;
  const theirs = others.map((columns) => {
    const same = ours.flatMap(({ level }) => columns.find((one) => one.level === level) ?? []);
    return same.length === ours.length ? same : [];
  });
  return [ours, ...theirs];
}

function quantileColumns(
  setting: PredictionsSettings["quantiles"],
  { file, rows, columns, missing, numeric, nonfinite }: PredictionSummary,
): readonly QuantileColumn[] | string {
  const pattern = setting ?? DEFAULT_COLUMN;
  const found = columns.flatMap((column): QuantileColumn[] => {
    const written = writtenLevel(pattern, column);
    return written === undefined ? [] : [{ level: levelOf(written), column }];
  });
  const sorted = found.sort((one, other) => one.level - other.level);
  for (const [at, { level, column }] of sorted.entries()) {
    const before = sorted[at - 1];
    if (level <= 0 || level >= 1)
      return `${column} of ${file} names no quantile: a number between 0 and 1 (0.1), or in per cent from 1 to 99 (10), is expected where predictions.quantiles has ${QUANTILE} (${pattern})`;
    if (before?.level === level) return `${before.column} and ${column} of ${file} are the same quantile (${level})`;
    if ((missing[column] ?? 0) > 0) return `${column} is empty in some rows of ${file}`;
    if (numeric[column] !== rows || (nonfinite[column] ?? 0) > 0)
      return `${column} is not a number in some rows of ${file}`;
  }
  return sorted;
}

/** The numbers of a row that the metrics of quantiles are means of. */
export const QUANTILE_NUMBERS = ["pinball", "covered", "crossing"] as const;

/**
 * The same as SQL, of a file's columns: the pinball loss as the mean over the quantiles, 1 where the label is between the
 * lowest and the highest quantile (or is one of them), and 1 where a quantile is below a lower one.
 */
export function quantileNumbers(
  quantiles: readonly QuantileColumn[],
): Readonly<Record<(typeof QUANTILE_NUMBERS)[number], string>> {
  const label = `${identifier("label")}::DOUBLE`;
  const values = quantiles.map(({ column }) => `${identifier(column)}::DOUBLE`);
  const [lowest, highest] = [values[0], values.at(-1)];
  const losses = quantiles.map(({ level }, at) => {
    const above = `(${label} - ${values[at]})`;
    return `greatest(${level} * ${above}, ${level - 1} * ${above})`;
  });
  const crossed = values.slice(1).map((value, at) => `${values[at]} > ${value}`);
  if (crossed.length === 0)
    return { pinball: losses[0] ?? "NULL::DOUBLE", covered: "NULL::DOUBLE", crossing: "NULL::DOUBLE" };
  return {
    pinball: `(${losses.join(" + ")}) / ${losses.length}`,
    covered: `(${label} BETWEEN ${lowest} AND ${highest})::INTEGER::DOUBLE`,
    crossing: `(${crossed.join(" OR ")})::INTEGER::DOUBLE`,
  };
}
