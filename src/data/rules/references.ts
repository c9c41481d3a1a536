import { z } from "zod";
import { byName, name } from "../../config/forms.ts";
import { identifier } from "../sql.ts";
import {
  brokenCheck,
  type Check,
  columnList,
  defineRule,
  quoted,
  type RuleContext,
  rowCheck,
  withColumn,
} from "./rule.ts";

const settings = byName(z.strictObject({ file: name, column: name })).optional();
type Target = NonNullable<z.output<typeof settings>>[string];

/** Columns whose values, where they have one, are among those of a column of another table. */
export const referencesRule = defineRule({
  key: "references",
  settings,
  patterns: (settings = {}) => Object.values(settings).map(({ file }) => file),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, target], place) => {
      const rule = `data.references.${name}`;
      return withColumn(name, rule, context, (column) => {
        const text = context.view.text(column);
        return [referenceCheck({ rule, name, text, table: `referenced_${place}` }, target, context)];
      });
    }),
});

interface Reference {
  readonly rule: string;
  readonly name: string;
  /** The value that must be among the others, as text. */
  readonly text: string;
  /** Name for a table of the others. */
  readonly table: string;
}

function referenceCheck({ rule, name, text, table }: Reference, target: Target, context: RuleContext): Check {
  const files = context.matching(target.file);
  if (files.length === 0) return brokenCheck(rule, `there is no table ${target.file} in the data`);
  const { columns, rows } = context.table(files);
  const column = identifier(target.column);
  if (!columns.some((one) => one.name === target.column)) {
    return brokenCheck(rule, `${target.file} has no column ${quoted(target.column)} (${columnList({ columns })})`);
  }
  const values = `SELECT DISTINCT ${column}::VARCHAR AS v FROM (${rows}) WHERE ${column} IS NOT NULL`;
  const broken = `(${text} IS NOT NULL AND ${text} NOT IN (SELECT v FROM ${table}))`;
  return {
    ...rowCheck({ rule, columns: [name], broken, says: `is not in ${quoted(target.column)} of ${target.file}` }),
    before: () => [`CREATE TEMP TABLE ${table} AS ${values};`],
  };
}
