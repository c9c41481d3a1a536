import { byName, share } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { defineRule, rowCheck, withColumn } from "./rule.ts";

/** The share of rows in which a column that is not mandatory may be empty. */
export const maxNullsRule = defineRule({
  key: "max-nulls",
  settings: byName(stricter("lower", share)).optional(),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, most]) =>
      withColumn(name, `data.max-nulls.${name}`, context, (column) => [
        rowCheck({
          rule: `data.max-nulls.${name}`,
          columns: [name],
          broken: context.view.isNull(column),
          fault: { code: "empty" },
          allowed: most,
        }),
      ]),
    ),
});
