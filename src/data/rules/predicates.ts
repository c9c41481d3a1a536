import { byName, name } from "../../config/forms.ts";
import type { Column } from "../../tables/columns.ts";
import { withoutMissing } from "../../tables/missing.ts";
import { unsortedDates } from "./dates.ts";
import { brokenCheck, defineRule, type RuleCheck, type RuleContext, rowCheck } from "./rule.ts";

/**
 * The project's own rules: SQL predicates of DuckDB over the columns of a row, which must not be false; null is allowed.
 * Columns have the types of data.types in them, or else those that the first rows look like.
 */
export const predicatesRule = defineRule({
  key: "rules",
  settings: byName(name).optional(),
  checks: (settings = {}, context) => [
    ...Object.entries(settings).flatMap(([title, sql]) => [
      predicateCheck(title, sql, context),
      ...textOrderChecks(title, sql, context),
    ]),
    ...guessedKindChecks(Object.values(settings), context),
  ],
});

function predicateCheck(title: string, sql: string, context: RuleContext): RuleCheck {
  const named = columnsIn(sql, context.view.columns);
  const predicate = context.view.predicate(sql, named);
  const check = rowCheck({
    rule: `data.rules.${title}`,
    columns: named.map(({ name }) => name),
    broken: `NOT ${predicate}`,
    fault: { code: "predicate-false", name: title, sql: sql.trim() },
  });
  return {
    ...check,
    // DuckDB would take every number but 0 as true, so an expression of another type is an error.
    measures: { ...check.measures, type: `any_value(typeof(${predicate}))` },
    judge: (measured, rows) =>
      measured.type === "BOOLEAN" || !measured.type || measured.type === '"NULL"'
        ? check.judge(measured, rows)
        : { code: "no-predicate", name: title, sql: sql.trim(), type: String(measured.type) },
  };
}

/**
 * Broken checks for dates that the predicate compares as texts: 05/02/2024 is before 31/01/2024 so. Who means that says in
 * data.types that they are text.
 */
function textOrderChecks(title: string, sql: string, { view, types, sampleOf, missing }: RuleContext): RuleCheck[] {
  return columnsIn(sql, view.columns).flatMap(({ name, textual, kind }) => {
    if (!textual || kind !== "text" || types[name] !== undefined || !isOrdered(sql, name)) return [];
    const form = unsortedDates(withoutMissing(sampleOf(name), missing));
    return form === undefined
      ? []
      : [brokenCheck(`data.rules.${title}`, { code: "dates-as-text", name: title, column: name, form })];
  });
}

/** Whether a column itself, and not what a function makes of it, is an operand of a comparison of order. */
function isOrdered(sql: string, column: string): boolean {
  const isName = ([, quoted, word]: RegExpMatchArray): boolean =>
    (quoted?.replaceAll('""', '"') ?? word)?.toLowerCase() === column.toLowerCase();
  return [...sql.matchAll(NAMES)].filter(isName).some((match) => {
    const [before, after] = [sql.slice(0, match.index), sql.slice(match.index + match[0].length)];
    const isSecond = /(?:<=?|(?:^|[^<])>=?|\bbetween)\s*$/i.test(before) && !/^\s*(?:::|\[)/.test(after);
    const isExtreme = /\b(?:greatest|least|max|min)\s*\((?:[^()]*,)?\s*$/i.test(before);
    return isSecond || isExtreme || /^\s*(?:<(?!>)|>|(?:not\s+)?between\b)/i.test(after);
  });
}

/** Matches a quoted name, a string or a comment (which are skipped), or a word. */
const NAMES = /"((?:[^"]|"")+)"|'(?:[^']|'')*'|--.*|\/\*[\s\S]*?\*\/|([\p{L}_][\p{L}\p{N}_$]*)/gu;

/** DuckDB's keywords; a column with such a name must be quoted. */
const KEYWORDS = new Set(
  "all and any array as asc asymmetric between case cast collate desc distinct else end except exists false from glob group having ilike in intersect is isnull lambda like limit map not notnull null on or order select similar some struct symmetric then to true try_cast union when where with".split(
    " ",
  ),
);

/** The columns that a predicate names; case does not matter. */
export function columnsIn(sql: string, columns: readonly Column[]): Column[] {
  const named = [...sql.matchAll(NAMES)].map(([, quoted, word]) =>
    KEYWORDS.has(word?.toLowerCase() ?? "") ? undefined : (quoted?.replaceAll('""', '"') ?? word)?.toLowerCase(),
  );
  return columns.filter(({ name }) => named.includes(name.toLowerCase()));
}

/**
 * Checks for columns whose type was guessed from the first rows. A later value of another type would be null in a predicate
 * and so pass it.
 */
function guessedKindChecks(predicates: readonly string[], context: RuleContext): RuleCheck[] {
  const { view, types } = context;
  const columns = new Set(predicates.flatMap((sql) => columnsIn(sql, view.columns)));
  return [...columns].flatMap((column) => {
    const { name, textual, kind } = column;
    if (!textual || types[name] !== undefined || (kind !== "number" && kind !== "date" && kind !== "timestamp"))
      return [];
    return [
      rowCheck({
        rule: "data.rules",
        columns: [name],
        broken: view.isNot(column, view.is(column, kind)),
        fault: { code: "mistaken-kind", kind },
      }),
    ];
  });
}
