import { names } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { numberOf } from "../../tables/sql.ts";
import { isMissing } from "./blank.ts";
import { availableColumns, brokenCheck, defineRule, rowCheck } from "./rule.ts";

/**
 * Mandatory columns, including the label: they must be in every file, without nulls, blanks, NaN, infinity and the texts of
 * data.missing. In a column that data.types says is text, such a text is a value.
 */
export const requiredRule = defineRule({
  key: "required",
  settings: stricter("more", names).optional(),
  checks: (settings = [], { view, mandatory, types, missing }) =>
    mandatory.flatMap((name) => {
      const rule = settings.includes(name) ? "data.required" : "data.label";
      const column = view.column(name);
      if (column === undefined) {
        return [brokenCheck(rule, { code: "no-mandatory-column", column: name, ...availableColumns(view.columns) })];
      }
      const raw = view.raw(column);
      const isText = types[name] === "text";
      const mayBeNaN = column.textual ? !isText : column.kind === "number";
      // A value of another kind is nearly never a number, and to find that out is slow.
      const isNumeric = !column.textual || ["integer", "number"].includes(view.kind(column));
      const notFinite = isNumeric
        ? `NOT isfinite(${view.number(column)})`
        : view.unlessValue(column, `NOT isfinite(${numberOf(raw)})`);
      return [
        ...column.absentIn.map((file) =>
          brokenCheck(rule, { code: "no-mandatory-column-in-file", column: name, file }),
        ),
        // In a file that lacks the column every row is empty, which the check above reports once.
        ...(column.absentIn.length > 0
          ? []
          : [
              rowCheck({
                rule,
                columns: [name],
                broken: column.textual
                  ? view.unlessValue(column, isMissing(raw, isText ? [] : missing))
                  : `${raw} IS NULL`,
                fault: { code: "empty" },
              }),
            ]),
        ...(mayBeNaN ? [rowCheck({ rule, columns: [name], broken: notFinite, fault: { code: "not-finite" } })] : []),
      ];
    }),
});
