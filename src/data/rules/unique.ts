import { columnsOf, groupings } from "../../config/forms.ts";
import { keyColumns, keyHash } from "./key.ts";
import { repeatedRows } from "./repeated.ts";
import { defineRule, noColumn, type RuleCheck } from "./rule.ts";

/** Columns, or combinations of columns, in which no two rows may have the same value. Rows with a missing value are ignored. */
export const uniqueRule = defineRule({
  key: "unique",
  settings: groupings.optional(),
  checks: (settings = [], { view }) =>
    settings.map(columnsOf).map((names): RuleCheck => {
      const rule = `data.unique`;
      const columns = keyColumns(view, names);
      if (columns === undefined) {
        const absent = names.find((name) => view.column(name) === undefined) ?? "";
        return noColumn(rule, absent, view);
      }
      const hash = keyHash(view, columns);
      return {
        rule,
        columns: names,
        measures: { present: `count(${hash})`, different: `count(DISTINCT ${hash})` },
        judge: (measured, rows) => {
          const count = Number(measured.present) - Number(measured.different);
          return count === 0 ? undefined : { code: "repeated-key", columns: names, rows: count, of: rows };
        },
        find: repeatedRows(hash),
      };
    }),
});
