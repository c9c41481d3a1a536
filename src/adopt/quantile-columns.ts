import { QUANTILE } from "../measurements/predictions/file-settings.ts";
import { DEFAULT_COLUMN } from "../measurements/predictions/quantiles.ts";

/* How an evaluation calls the columns of quantiles. */

/** A name with a number in it that is a share or per cent, and what is before and after that. */
const NUMBERED = /^(.*?)((?:\d{0,2}\.)?\d+)([^\d.]*)$/;
/** What is before such a number where it is a quantile. */
const WORDS = /(^|[^a-z])(q|quant|quantile|pct|perc|percentile)[_\-. ]?$/i;
/** The same, where the numbers may count something else as well, such as classes or parts. */
const SHORT = /(^|[^a-z])p[_\-. ]?$/i;
/** Names of the ends of an interval, which do not say of which one. */
const LOWER = /(^|[_\-. ])(lower|low|lo|lwr)($|[_\-. ])/i;
const UPPER = /(^|[_\-. ])(upper|high|hi|upr)($|[_\-. ])/i;

/** What quantiles are called, or the ends of an interval of which nobody knows what they promise. */
export type QuantileColumns =
  | {
      /** The value of `predictions.quantiles`; undefined where it is the default. */
      readonly pattern: string | undefined;
      readonly columns: readonly string[];
      /** The column of the quantile one half. */
      readonly median: string | undefined;
    }
  | { readonly ends: readonly [lower: string, upper: string] };

/** @param columns of the table of predictions */
export function quantileColumns(columns: readonly string[]): QuantileColumns | undefined {
  const byPattern = new Map<string, { readonly column: string; readonly level: number }[]>();
  for (const column of columns) {
    const [, before = "", written = "", after = ""] = NUMBERED.exec(column) ?? [];
    const level = Number(written) < 1 ? Number(written) : Number(written) / 100;
    if (written === "" || level <= 0 || level >= 1) continue;
    const isShort = SHORT.test(before) && (Number(written) < 1 || Number(written) >= 5);
    if (!WORDS.test(before) && !isShort) continue;
    const pattern = `${before}${QUANTILE}${after}`;
    byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), { column, level }]);
  }
  // One alone may be anything; of several ways to write them, nobody can tell which one is meant.
  const [found, ...others] = [...byPattern].filter(([, all]) => new Set(all.map(({ level }) => level)).size > 1);
  if (found !== undefined && others.length === 0) {
    const [pattern, all] = found;
    return {
      pattern: pattern === DEFAULT_COLUMN ? undefined : pattern,
      columns: all.map(({ column }) => column),
      median: all.find(({ level }) => level === 0.5)?.column,
    };
  }
  const [lower, ...moreLower] = columns.filter((name) => LOWER.test(name));
  const [upper, ...moreUpper] = columns.filter((name) => UPPER.test(name));
  const isPair = lower !== undefined && upper !== undefined && moreLower.length + moreUpper.length === 0;
  return isPair && found === undefined && lower.replace(LOWER, "$1?$3") === upper.replace(UPPER, "$1?$3")
    ? { ends: [lower, upper] }
    : undefined;
}
