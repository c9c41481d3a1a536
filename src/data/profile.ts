import { z } from "zod";
import { parseValue } from "../json.ts";
import type { Column, ColumnKind } from "../tables/columns.ts";
import { identifier, numberOf, toJson } from "../tables/sql.ts";
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

/** Aggregates over all rows, for each column, of which `toProfiles` reads the results. */
export const exactSelects = (view: SqlView): string[][] =>
  view.columns.map((column, index) => {
    const nulls =
      isNumeric(view, column) && column.textual
        ? `count_if(${view.isNull(column)}) AS ${alias(index, "nulls")}`
        : `count(*) - count(${view.raw(column)}) AS ${alias(index, "nulls")}`;
    if (!isNumeric(view, column)) return [nulls];
    const number = view.number(column);
    // CASE is several times as fast as an aggregate with a FILTER.
    const finite = column.kind === "integer" ? number : `CASE WHEN isfinite(${number}) THEN ${number} END`;
    return [nulls, `min(${finite}) AS ${alias(index, "min")}`, `max(${finite}) AS ${alias(index, "max")}`];
  });

const alias = (index: number, name: string): string => identifier(exactName(index, name));
const exactName = (index: number, name: string): string => `profile ${index} ${name}`;

/** Whether to profile a column as numbers. It may still turn out to be text, when a later value is no number. */
const isNumeric = (view: SqlView, column: Column): boolean => ["integer", "number"].includes(view.kind(column));

/**
 * The statements that write a profile of the sampled rows, a row per column. Values are put under each other first, a row per
 * value: a query of its own for each column takes time with the square of their number.
 *
 * @param sample the name of the table of profiled rows, which has the columns of the data
 */
export function profileScript(view: SqlView, sample: string, file: string): string[] {
  const places = view.columns.map((column, index) => ({ column, index, numeric: isNumeric(view, column) }));
  const numbers = places.filter(({ numeric }) => numeric);
  const parts = [
    // In a column of text a number may be missing without being null.
    valuesOf(
      numbers.filter(({ column }) => column.textual),
      sample,
      { number: numberOf("value"), missing: view.isMissingNumber("t", "n") },
    ),
    valuesOf(
      numbers.filter(({ column }) => !column.textual),
      sample,
      { number: numberOf("value") },
    ),
    valuesOf(
      places.filter(({ numeric }) => !numeric),
      sample,
      { number: "length(value)::DOUBLE" },
    ),
  ];
  const bin = `CASE WHEN hi > lo THEN least(${BINS - 1}, floor((finite / 2 - lo / 2) / (hi / 2 - lo / 2) * ${BINS})::INTEGER) ELSE 0 END`;
  const texts = ["-1", ...places.filter(({ numeric }) => !numeric).map(({ index }) => index)];
  return [
    `CREATE TEMP TABLE sample_values AS SELECT column_index, t, n, CASE WHEN isfinite(n) THEN n END AS finite FROM (${parts.filter((part) => part !== "").join(" UNION ALL ")});`,
    'CREATE TEMP TABLE sample_counts AS SELECT column_index, t, count(*) AS "rows" FROM sample_values GROUP BY ALL;',
    `CREATE TEMP TABLE sample_whole AS SELECT column_index, count(*) AS present, count(n) AS numbers,
      count_if(trunc(finite) = finite) AS whole, avg(finite) AS mean, quantile_cont(finite, [${QUANTILES.join(", ")}]) AS quantiles,
      min(finite) AS "min", max(finite) AS "max" FROM sample_values GROUP BY column_index;`,
    `CREATE TEMP TABLE sample_bins AS SELECT column_index, list({key: bin, value: "rows"}) AS bins FROM (
      SELECT column_index, ${bin} AS bin, count(*) AS "rows"
      FROM sample_values JOIN (SELECT column_index, "min" AS lo, "max" AS hi FROM sample_whole) USING (column_index)
      WHERE finite IS NOT NULL GROUP BY ALL) GROUP BY column_index;`,
    // Of numbers, the most frequent values are not shown.
    `CREATE TEMP TABLE sample_top AS SELECT column_index,
      list_transform(min({fewer: -"rows", "value": "value"}, ${MAX_TOP_VALUES}), lambda one: {value: one."value", rows: -one.fewer}) AS top
      FROM (SELECT column_index, left(t, ${MAX_VALUE_LENGTH}) AS "value", sum("rows")::BIGINT AS "rows" FROM sample_counts
        WHERE list_contains([${texts.join(", ")}], column_index)
          OR column_index IN (SELECT column_index FROM sample_whole WHERE numbers < present) GROUP BY ALL)
      GROUP BY column_index;`,
    toJson(
      `SELECT * FROM sample_whole JOIN (SELECT column_index, count(*) AS "distinct" FROM sample_counts GROUP BY column_index) USING (column_index)
        LEFT JOIN sample_bins USING (column_index) LEFT JOIN sample_top USING (column_index)`,
      file,
    ),
  ];
}

interface Place {
  readonly column: Column;
  readonly index: number;
  readonly numeric: boolean;
}

/**
 * A SELECT of the values of some columns with their places; empty without any.
 *
 * @param number what `value` is as a number
 * @param missing a predicate over the text `t` and the number `n` for whether it is no value
 */
function valuesOf(
  places: readonly Place[],
  sample: string,
  { number, missing = "false" }: { readonly number: string; readonly missing?: string },
): string {
  if (places.length === 0) return "";
  const texts = places.map(({ column, index }) => {
    const value = identifier(column.name);
    return `${column.textual ? value : `${value}::VARCHAR`} AS "${index}"`;
  });
  const values = `SELECT name::INTEGER AS column_index, value AS t, ${number} AS n FROM (UNPIVOT (SELECT ${texts.join(", ")} FROM ${sample}) ON COLUMNS(*) INTO NAME name VALUE value)`;
  return `SELECT * FROM (${values}) WHERE NOT ${missing}`;
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
    // A column without a value in the sample.
    if (row === undefined) {
      return { name: column.name, type: column.textual ? "text" : column.kind, nulls, distinct: 0 };
    }
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
