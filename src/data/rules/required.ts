import { names } from "../../config/forms.ts";
import { brokenCheck, columnList, defineRule, quoted, rowCheck } from "./rule.ts";

const RULE = "data.required";

/** Mandatory columns, of which the label is one: there in every file, and without nulls, blanks, NaN and infinity. */
export const requiredRule = defineRule({
  key: "required",
  settings: names.optional(),
  checks(settings = [], { view, label, types }) {
    const mandatory = [...new Set([...settings, ...(label === undefined ? [] : [label])])];
    return mandatory.flatMap((name) => {
      const rule = settings.includes(name) ? RULE : "data.label";
      const column = view.column(name);
      if (column === undefined)
        return [brokenCheck(rule, `mandatory column ${quoted(name)} is missing; ${columnList(view)}`)];
      const missing = column.absentIn.map((file) =>
        brokenCheck(rule, `${file}: mandatory column ${quoted(name)} is missing`),
      );
      const raw = view.raw(column);
      const blank = column.textual ? `(${raw} IS NULL OR trim(${raw}) = '')` : `${raw} IS NULL`;
      const empty = rowCheck(rule, [name], blank, "is empty");
      const mayBeNaN = column.textual ? types[name] !== "text" : column.kind === "number";
      return [
        ...missing,
        // Its rows in a file that lacks it are none to look for.
        ...(missing.length > 0 ? [] : [empty]),
        ...(mayBeNaN ? [rowCheck(rule, [name], `NOT isfinite(${view.number(column)})`, "is NaN or infinite")] : []),
      ];
    });
  },
});
