import { z } from "zod";
import { byName, name } from "../../config/forms.ts";
import type { Column } from "../../tables/columns.ts";
import { identifier } from "../../tables/sql.ts";
import {
  availableColumns,
  brokenCheck,
  defineRule,
  type RuleCheck,
  type RuleContext,
  rowCheck,
  withColumn,
} from "./rule.ts";

const settings = byName(
  z.strictObject({
    /** The table with all allowed values, below the data folder; it is not checked itself. */
    file: name,
    /** The column of that table. */
    column: name,
  }),
).optional();
type Target = NonNullable<z.output<typeof settings>>[string];

/**
 * Columns whose values must be in a column of another table; missing values are allowed. Values are compared as text, but 1
 * equals 1.0, because pandas writes integers with decimals where a column has gaps.
 */
export const referencesRule = defineRule({
  key: "references",
  settings,
  patterns: (settings = {}) => Object.values(settings).map(({ file }) => file),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, target], index) => {
      const rule = `data.references.${name}`;
      return withColumn(name, rule, context, (column) => {
        const value = withoutZeros(column, context.view.text(column));
        return [referenceCheck({ rule, name, value, table: `referenced_${index}` }, target, context)];
      });
    }),
});

interface Reference {
  readonly rule: string;
  readonly name: string;
  /** The expression of the value, as text. */
  readonly value: string;
  /** The name of the temporary table of allowed values. */
  readonly table: string;
}

function referenceCheck({ rule, name, value, table }: Reference, target: Target, context: RuleContext): RuleCheck {
  const files = context.matching(target.file);
  if (files.length === 0) return brokenCheck(rule, { code: "no-referenced-table", file: target.file });
  const { columns, rows } = context.table(files);
  const column = columns.find((one) => one.name === target.column);
  if (column === undefined) {
    return brokenCheck(rule, { code: "no-referenced-column", ...target, ...availableColumns(columns) });
  }
  const other = identifier(target.column);
  const values = `SELECT DISTINCT ${withoutZeros(column, `${other}::VARCHAR`)} AS v FROM (${rows}) WHERE ${other} IS NOT NULL`;
  const broken = `(${value} IS NOT NULL AND ${value} NOT IN (SELECT v FROM ${table}))`;
  return {
    ...rowCheck({ rule, columns: [name], broken, fault: { code: "unknown-reference", ...target } }),
    setup: () => [`CREATE TEMP TABLE ${table} AS ${values};`],
  };
}

const withoutZeros = ({ textual, kind }: Column, text: string): string =>
  textual || kind === "number" ? `regexp_replace(${text}, '^([+-]?\\d+)\\.0+$', '\\1')` : text;
