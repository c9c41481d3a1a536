import { identifier, literal } from "../../tables/sql.ts";
import { short } from "../../text.ts";
import type { SearchedColumn } from "./plan.ts";

/** Values of categories, or different numbers, that have a bin each. More numbers have ten bins of about as many rows. */
export const MAX_VALUES = 20;
export const QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
/** The code of a row without a value; 0 is that of all further categories, which make no group. */
export const ABSENT = 30;
export const OTHERS = 0;

/** How the values of a column are told apart. */
export interface Bins extends SearchedColumn {
  /** Of numbers the ends of bins, each the least value of the next one; else the most frequent values. */
  readonly edges: readonly (number | string)[];
  /** Whether the edges are all numbers that there are. */
  readonly few: boolean;
}

/** Rows whose value is in one of some bins that lie side by side; of categories it is one. */
export interface Predicate {
  /** Index of the column. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

/** The last bin of a column. */
export const lastBin = ({ edges, numeric }: Bins): number => edges.length + (numeric ? 1 : 0);

/** The numbers of an interval of bins, the lower end included; an end is absent where there is no more beyond. */
const endsOf = ({ edges }: Bins, { from, to }: Predicate) => ({
  low: from === 1 ? undefined : (edges[from - 2] as number),
  high: to > edges.length ? undefined : (edges[to - 1] as number),
});

const LONGEST = 60;

/** What the rows have in common, in words: `25 <= age < 31`. */
export function conditionOf(bins: Bins, predicate: Predicate): string {
  const { name, numeric, edges, few } = bins;
  if (predicate.from === ABSENT) return `no ${name}`;
  if (!numeric) {
    const value = String(edges[predicate.from - 1]);
    return `${name} = ${value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}`;
  }
  const { low, high } = endsOf(bins, predicate);
  if (few && low !== undefined) {
    const last = edges[predicate.to - 2] as number;
    if (last === low) return `${name} = ${short(low)}`;
    if (high !== undefined)
      return predicate.from === 2 ? `${name} <= ${short(last)}` : `${short(low)} <= ${name} <= ${short(last)}`;
  }
  if (low === undefined) return `${name} < ${short(high ?? Number.NaN)}`;
  return high === undefined ? `${name} >= ${short(low)}` : `${short(low)} <= ${name} < ${short(high)}`;
}

/** The same as SQL over the predictions. */
export function predicateSql(bins: Bins, predicate: Predicate): string {
  const value = columnValue(bins);
  if (predicate.from === ABSENT) return `${value} IS NULL`;
  if (!bins.numeric) return `coalesce(${value} = ${literal(String(bins.edges[predicate.from - 1]))}, false)`;
  const { low, high } = endsOf(bins, predicate);
  const ends = [
    ...(low === undefined ? [] : [`${value} >= ${number(low)}`]),
    ...(high === undefined ? [] : [`${value} < ${number(high)}`]),
  ];
  return `coalesce(${ends.length === 0 ? `${value} IS NOT NULL` : ends.join(" AND ")}, false)`;
}

const number = (value: number): string => `${literal(String(value))}::DOUBLE`;

/** A column's value: a number, or text; null where there is none. */
export function columnValue({ name, numeric }: SearchedColumn): string {
  const column = identifier(name);
  if (!numeric) return `nullif(${column}::VARCHAR, '')`;
  const value = `try_cast(${column} AS DOUBLE)`;
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}
