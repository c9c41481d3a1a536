import { names } from "../../config/forms.ts";
import { availableColumns, brokenCheck, defineRule, rowCheck } from "./rule.ts";

/** Mandatory columns, of which the label is one: there in every file, and without nulls, blanks, NaN and infinity. */
export const requiredRule = defineRule({
  key: "required",
  settings: names.optional(),
  checks: (settings = [], { view, mandatory, types }) =>
    mandatory.flatMap((name) => {
      const rule = settings.includes(name) ? "data.required" : "data.label";
      const column = view.column(name);
      if (column === undefined) {
        return [brokenCheck(rule, { code: "no-mandatory-column", column: name, ...availableColumns(view.columns) })];
      }
      const raw = view.raw(column);
      // Blanks are looked for only where a value begins like one: looking at all of them would take longer than all else.
      const blank = `CASE WHEN ${raw} < '!' THEN regexp_full_match(${raw}, '\\s*') ELSE ${raw} IS NULL END`;
      const mayBeNaN = column.textual ? types[name] !== "text" : column.kind === "number";
      const notFinite = `NOT isfinite(${view.number(column)})`;
      return [
        ...column.absentIn.map((file) =>
          brokenCheck(rule, { code: "no-mandatory-column-in-file", column: name, file }),
        ),
        // The rows of a file that lacks it are none to look for.
        ...(column.absentIn.length > 0
          ? []
          : [
              rowCheck({
                rule,
                columns: [name],
                broken: column.textual ? blank : `${raw} IS NULL`,
                fault: { code: "empty" },
              }),
            ]),
        ...(mayBeNaN ? [rowCheck({ rule, columns: [name], broken: notFinite, fault: { code: "not-finite" } })] : []),
      ];
    }),
});
