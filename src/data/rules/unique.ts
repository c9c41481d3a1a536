import { columnsOf, groupings } from "../../config/forms.ts";
import type { Column } from "../tables/columns.ts";
import { repeated } from "./repeated.ts";
import { brokenCheck, type Check, columnList, defineRule, quoted, shareOf } from "./rule.ts";

/** Columns, or lists of columns together, of which no two rows have the same value. Rows without a value are left out. */
export const uniqueRule = defineRule({
  key: "unique",
  settings: groupings.optional(),
  checks: (settings = [], { view }) =>
    settings.map(columnsOf).map((names): Check => {
      const rule = `data.unique`;
      const absent = names.find((name) => view.column(name) === undefined);
      if (absent !== undefined) return brokenCheck(rule, `there is no column ${quoted(absent)} (${columnList(view)})`);
      const columns = names.map((name) => view.column(name)).filter((column): column is Column => column !== undefined);
      const present = columns.map((column) => `${view.raw(column)} IS NOT NULL`).join(" AND ");
      const hash = view.derive(`CASE WHEN ${present} THEN hash(${columns.map((one) => view.raw(one)).join(", ")}) END`);
      return {
        rule,
        columns: names,
        measures: { present: `count(${hash})`, different: `count(DISTINCT ${hash})` },
        judge: (measured, rows) => {
          const count = Number(measured.present) - Number(measured.different);
          if (count === 0) return undefined;
          const subject = names.map(quoted).join(" and ");
          return {
            message: `${subject} ${names.length === 1 ? "repeats" : "repeat"} an earlier row's in ${shareOf(count, rows)}`,
            rows: count,
          };
        },
        find: repeated(hash),
      };
    }),
});
