import { z } from "zod";
import { stricter } from "../../config/stricter.ts";
import { defineRule, type RuleCheck, rowCheck } from "./rule.ts";

/**
 * No NaN and no infinity in any column of numbers.
 *
 * In a file of text, that is a column whose values are all numbers; elsewhere "nan" and "inf" may be words. The rule on
 * mandatory columns covers those itself.
 */
export const finiteRule = defineRule({
  key: "finite",
  settings: stricter("true", z.boolean()).default(true),
  checks(settings, { view, mandatory, types }) {
    if (!settings) return [];
    return view.columns
      .filter(({ name, kind }) => kind === "number" && !mandatory.includes(name) && types[name] !== "text")
      .map((column): RuleCheck => {
        const number = view.number(column);
        const check = rowCheck({
          rule: "data.finite",
          columns: [column.name],
          broken: `NOT isfinite(${number})`,
          fault: { code: "not-finite" },
        });
        if (!column.textual) return check;
        return {
          ...check,
          measures: { ...check.measures, present: `count_if(NOT ${view.isNull(column)})`, numbers: `count(${number})` },
          judge: (measured, rows) =>
            Number(measured.present) === Number(measured.numbers) ? check.judge(measured, rows) : undefined,
        };
      });
  },
});
