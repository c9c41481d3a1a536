import { z } from "zod";
import { names, share } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import type { Column } from "../../tables/columns.ts";
import type { SqlView } from "../../tables/sql-view.ts";
import { brokenCheck, defineRule, exceeds, inFiles, noColumn, type RuleCheck } from "./rule.ts";

const RULE = "data.leakage";
const TABLE = "rows_of_training";

const LEADING_ZERO = "'^\\s*[+-]?0\\d'";

/** Matches in every alphabet. */
const NO_LETTERS_OR_DIGITS = "'[^\\p{L}\\p{N}]+'";

/**
 * Rows of the evaluation data that are also in the training data. Texts are compared by their letters and digits in lower
 * case, so that rows which differ only in spaces or punctuation count as the same.
 */
export const leakageRule = defineRule({
  key: "leakage",
  settings: z
    .strictObject({
      /** Which files are trained on, as glob patterns. */
      train: stricter("more", names),
      /** Which files are evaluated on. */
      evaluation: stricter("more", names),
      /** The columns that make two rows the same; all of them when absent, which an id makes useless. */
      columns: names.optional(),
      /** The share of the evaluation rows that may be in the training data as well. */
      "max-share": stricter("lower", share).default(0),
    })
    .optional(),
  patterns: (settings) => (settings === undefined ? [] : [...settings.train, ...settings.evaluation]),
  checks(settings, { view, files, matching }) {
    if (settings === undefined) return [];
    const filesOf = (patterns: readonly string[]): string[] => [...new Set(patterns.flatMap(matching))];
    const [train, evaluation] = [filesOf(settings.train), filesOf(settings.evaluation)];
    const sharedFile = train.find((file) => evaluation.includes(file));
    if (train.length === 0) return [noMatchingTable("train", settings.train)];
    if (evaluation.length === 0) return [noMatchingTable("evaluation", settings.evaluation)];
    if (sharedFile !== undefined) return [brokenCheck(RULE, { code: "file-of-both-splits", file: sharedFile })];
    const unchecked = [...train, ...evaluation].find((file) => !files.includes(file));
    if (unchecked !== undefined) return [brokenCheck(RULE, { code: "unchecked-file", file: unchecked })];
    const absent = settings.columns?.find((name) => view.column(name) === undefined);
    if (absent !== undefined) return [noColumn(`${RULE}.columns`, absent, view)];
    const columns = view.columns.filter(({ name }) => settings.columns?.includes(name) ?? true);
    const rowHash = view.derive(`hash(${columns.map((column) => normalized(view, column)).join(", ")})`);
    return [
      leakageCheck(rowHash, columns, { train: inFiles(train), evaluation: inFiles(evaluation) }, settings["max-share"]),
    ];
  },
});

const noMatchingTable = (key: "train" | "evaluation", patterns: readonly string[]): RuleCheck =>
  brokenCheck(`${RULE}.${key}`, { code: "no-matching-table", patterns });

/**
 * Numbers are compared by value, however they are written, since other programs write 5.50 for 5.5 and pandas 5.0 for 5 where a
 * column has gaps. Beyond 2^53, where neighbours are the same DOUBLE, and with a leading zero, which codes have, texts are
 * compared.
 */
function normalized(view: SqlView, column: Column): string {
  const raw = view.raw(column);
  if (!column.textual) return raw;
  const number = view.number(column);
  const text =
    column.kind === "number"
      ? `regexp_replace(trim(${raw}), '\\.0*$', '')`
      : `trim(regexp_replace(lower(${raw}), ${NO_LETTERS_OR_DIGITS}, ' ', 'g'))`;
  const isValue = `abs(${number}) < ${2 ** 53}${column.kind === "number" ? "" : ` AND NOT regexp_matches(${raw}, ${LEADING_ZERO})`}`;
  // Adding 0 makes -0 the same as 0.
  return `CASE WHEN ${isValue} THEN (${number} + 0)::VARCHAR ELSE ${text} END`;
}

function leakageCheck(
  rowHash: string,
  columns: readonly Column[],
  rowsOf: { readonly train: string; readonly evaluation: string },
  most: number,
): RuleCheck {
  const broken = `(${rowsOf.evaluation} AND ${rowHash} IN (SELECT h FROM ${TABLE}))`;
  return {
    rule: RULE,
    columns: columns.slice(0, 4).map(({ name }) => name),
    measures: { leaked: `count_if(${broken})`, evaluated: `count_if(${rowsOf.evaluation})` },
    setup: (from) => [
      `CREATE TEMP TABLE ${TABLE} AS SELECT DISTINCT ${rowHash} AS h FROM ${from(`${rowHash} ${rowsOf.train}`)} WHERE ${rowsOf.train};`,
    ],
    judge: (measured) => {
      const [leaked, evaluated] = [Number(measured.leaked), Number(measured.evaluated)];
      if (!exceeds(leaked, evaluated, most)) return undefined;
      return { code: "leaked-rows", rows: leaked, of: evaluated, value: leaked / evaluated, most };
    },
    find: { broken },
  };
}
