import { byName, name } from "../../config/forms.ts";
import type { Column } from "../../tables/columns.ts";
import { defineRule, type RuleCheck, type RuleContext, rowCheck } from "./rule.ts";

/**
 * The project's own rules: SQL predicates of DuckDB over the columns of a row, which must not be false; null is allowed.
 * Columns have the types of data.types in them, or else those that the first rows look like.
 */
export const predicatesRule = defineRule({
  key: "rules",
  settings: byName(name).optional(),
  checks: (settings = {}, context) => [
    ...Object.entries(settings).map(([title, sql]) => predicateCheck(title, sql, context)),
    ...guessedKindChecks(Object.values(settings), context),
  ],
});

function predicateCheck(title: string, sql: string, context: RuleContext): RuleCheck {
  const predicate = context.view.predicate(sql);
  const check = rowCheck({
    rule: `data.rules.${title}`,
    columns: columnsIn(sql, context).map(({ name }) => name),
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

/** Matches a quoted name, a string or a comment (which are skipped), or a word. */
const NAMES = /"((?:[^"]|"")+)"|'(?:[^']|'')*'|--.*|\/\*[\s\S]*?\*\/|([\p{L}_][\p{L}\p{N}_$]*)/gu;

/** DuckDB's keywords; a column with such a name must be quoted. */
const KEYWORDS = new Set(
  "all and any array as asc asymmetric between case cast collate desc distinct else end except exists false from glob group having ilike in intersect is isnull lambda like limit map not notnull null on or order select similar some struct symmetric then to true try_cast union when where with".split(
    " ",
  ),
);

/** The columns that a predicate names; case does not matter. */
function columnsIn(sql: string, { view }: RuleContext): Column[] {
  const named = [...sql.matchAll(NAMES)].map(([, quoted, word]) =>
    KEYWORDS.has(word?.toLowerCase() ?? "") ? undefined : (quoted?.replaceAll('""', '"') ?? word)?.toLowerCase(),
  );
  return view.columns.filter(({ name }) => named.includes(name.toLowerCase()));
}

/**
 * Checks for columns whose type was guessed from the first rows. A later value of another type would be null in a predicate
 * and so pass it.
 */
function guessedKindChecks(predicates: readonly string[], context: RuleContext): RuleCheck[] {
  const { view, types } = context;
  const columns = new Set(predicates.flatMap((sql) => columnsIn(sql, context)));
  return [...columns].flatMap((column) => {
    const { name, textual, kind } = column;
    if (!textual || types[name] !== undefined || (kind !== "number" && kind !== "date" && kind !== "timestamp"))
      return [];
    return [
      rowCheck({
        rule: "data.rules",
        columns: [name],
        broken: `(${view.raw(column)} IS NOT NULL AND NOT ${view.is(column, kind)})`,
        fault: { code: "mistaken-kind", kind },
      }),
    ];
  });
}
