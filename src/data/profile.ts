import { z } from "zod";
import { parseValue } from "../json.ts";
import type { Column, ColumnKind } from "../tables/columns.ts";
import { identifier } from "../tables/sql.ts";
import type { SqlView } from "../tables/sql-view.ts";

/** The profile of a column; part of `report.json`. */
export interface ColumnProfile {
  readonly name: string;
  /** The type of the values, which may be narrower than that of the file; `text` for words and classes. */
  readonly type: ColumnKind;
  /** The number of missing values in all rows. */
  readonly nulls: number;
  /** The number of different values in the profiled rows. */
  readonly distinct: number;
  /** The extremes of the values in all rows; for texts, of their lengths in the profiled rows. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** The 5, 25, 50, 75 and 95 % quantiles of the profiled values; for texts, of their lengths. */
  readonly quantiles?: readonly number[];
  /** Profiled rows in bins of equal width between the extremes of the profiled values. */
  readonly histogram?: readonly number[];
  /** The most frequent values of a column that is not numeric, cut to 60 characters, and their numbers of profiled rows. */
  readonly top?: readonly { readonly value: string; readonly rows: number }[];
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const BINS = 20;
const MAX_TOP_VALUES = 20;
const MAX_VALUE_LENGTH = 60;

export interface ProfileSelects {
  /** Aggregates over all rows. */
  readonly exact: readonly string[];
  /** A query over the table of profiled rows, with a row per column. */
  readonly ofSample: string;
}

/** @param sample the name of the table of profiled rows, which has the columns of the data */
export function profileSelects(view: SqlView, sample: string): ProfileSelects {
  const exact = view.columns.flatMap((column, index) => {
    const nulls = `count(*) - count(${view.raw(column)}) AS ${alias(index, "nulls")}`;
    if (!isNumeric(view, column)) return [nulls];
    const number = view.number(column);
    // CASE is several times as fast as an aggregate with a FILTER.
    const finite = column.kind === "integer" ? number : `CASE WHEN isfinite(${number}) THEN ${number} END`;
    return [nulls, `min(${finite}) AS ${alias(index, "min")}`, `max(${finite}) AS ${alias(index, "max")}`];
  });
  const ofSample = view.columns.map((column, index) => sampleSelect(view, column, index, sample));
  return { exact, ofSample: ofSample.join("\nUNION ALL BY NAME\n") };
}

const alias = (index: number, name: string): string => identifier(exactName(index, name));
const exactName = (index: number, name: string): string => `profile ${index} ${name}`;

/** Whether to profile a column as numbers. It may still turn out to be text, when a later value is no number. */
const isNumeric = (view: SqlView, column: Column): boolean => ["integer", "number"].includes(view.kind(column));

function sampleSelect(view: SqlView, column: Column, index: number, sample: string): string {
  const value = identifier(column.name);
  const text = column.textual ? value : `${value}::VARCHAR`;
  const number = isNumeric(view, column)
    ? column.textual
      ? `try_cast(${value} AS DOUBLE)`
      : `${value}::DOUBLE`
    : `length(${text})::DOUBLE`;
  const values = `(SELECT t, n, CASE WHEN isfinite(n) THEN n END AS finite FROM (SELECT ${text} AS t, ${number} AS n FROM ${sample} WHERE ${value} IS NOT NULL))`;
  const whole = `SELECT count(*) AS present, count(n) AS numbers, count_if(trunc(finite) = finite) AS whole,
    count(DISTINCT t) AS "distinct", avg(finite) AS mean, quantile_cont(finite, [${QUANTILES.join(", ")}]) AS quantiles,
    min(finite) AS "min", max(finite) AS "max" FROM ${values}`;
  const bin = `CASE WHEN hi > lo THEN least(${BINS - 1}, floor((finite / 2 - lo / 2) / (hi / 2 - lo / 2) * ${BINS})::INTEGER) ELSE 0 END`;
  const bins = `SELECT map_entries(histogram(${bin})) FROM (SELECT finite, min(finite) OVER () AS lo, max(finite) OVER () AS hi FROM ${values} WHERE finite IS NOT NULL)`;
  const top = `SELECT left(t, ${MAX_VALUE_LENGTH}) AS "value", count(*) AS "rows" FROM ${values} GROUP BY ALL ORDER BY "rows" DESC, "value" LIMIT ${MAX_TOP_VALUES}`;
  return `SELECT ${index} AS column_index, *, (${bins}) AS bins, (SELECT list({value: "value", rows: "rows"}) FROM (${top})) AS top FROM (${whole})`;
}

const sampleRowSchema = z.object({
  column_index: z.number(),
  present: z.number(),
  numbers: z.number(),
  // Null for a column without numbers.
  whole: z.number().nullable(),
  distinct: z.number(),
  mean: z.number().nullable(),
  quantiles: z.array(z.number()).nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  bins: z.array(z.object({ key: z.number(), value: z.number() })).nullable(),
  top: z.array(z.object({ value: z.string(), rows: z.number() })).nullable(),
});
type SampleRow = z.output<typeof sampleRowSchema>;

/** The minimum or maximum of a column over all rows. */
const extremeSchema = z.number().nullish();

/** The profile of each column, in the order of the columns. */
export function toProfiles(
  view: SqlView,
  exact: Readonly<Record<string, unknown>>,
  ofSample: readonly Readonly<Record<string, unknown>>[],
): ColumnProfile[] {
  const rows = new Map(
    parseValue(ofSample, z.array(sampleRowSchema), "profile.json").map((row) => [row.column_index, row]),
  );
  const extreme = (index: number, name: "min" | "max"): number | null =>
    parseValue(exact[exactName(index, name)], extremeSchema, "counts.json") ?? null;
  return view.columns.map((column, index) => {
    const row = rows.get(index);
    const nulls = Number(exact[exactName(index, "nulls")]);
    if (row === undefined) return { name: column.name, type: column.kind, nulls, distinct: 0 };
    const numeric = isNumeric(view, column) && row.numbers === row.present;
    const extremes = numeric ? { min: extreme(index, "min"), max: extreme(index, "max") } : row;
    const hasStatistics = isNumeric(view, column) === numeric;
    return {
      name: column.name,
      type: typeOf(view, column, row, numeric),
      nulls,
      distinct: row.distinct,
      ...(hasStatistics && extremes.min !== null && extremes.max !== null
        ? { min: extremes.min, max: extremes.max }
        : {}),
      ...(numeric && row.mean !== null ? { mean: row.mean } : {}),
      ...(hasStatistics && row.quantiles !== null ? { quantiles: row.quantiles } : {}),
      ...(hasStatistics && row.bins !== null && row.bins.length > 0 ? { histogram: histogramOf(row.bins) } : {}),
      ...(numeric || row.top === null ? {} : { top: row.top }),
    };
  });
}

function typeOf(view: SqlView, column: Column, row: SampleRow, numeric: boolean): ColumnKind {
  if (row.present === 0) return column.textual ? "text" : column.kind;
  if (!column.textual) return column.kind;
  if (!numeric) return view.kind(column) === "number" || view.kind(column) === "integer" ? "text" : view.kind(column);
  return row.whole === row.numbers ? "integer" : "number";
}

function histogramOf(bins: NonNullable<SampleRow["bins"]>): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const { key, value } of bins) counts[key] = value;
  return counts;
}
