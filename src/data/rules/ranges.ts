import { byName, range } from "../../config/forms.ts";
import { defineRule, rowCheck, withColumn } from "./rule.ts";

/** The range of a column's values, both ends included; a value that is no number is outside. */
export const rangesRule = defineRule({
  key: "ranges",
  settings: byName(range).optional(),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, [low, high]]) =>
      withColumn(name, `data.ranges.${name}`, context, (column) => {
        const { view } = context;
        const within = `${view.number(column)} BETWEEN ${low}::DOUBLE AND ${high}::DOUBLE`;
        return [
          rowCheck({
            rule: `data.ranges.${name}`,
            columns: [name],
            broken: view.isNot(column, within),
            fault: { code: "out-of-range", low, high },
          }),
        ];
      }),
    ),
});
