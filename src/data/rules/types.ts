import { z } from "zod";
import { byName } from "../../config/forms.ts";
import { defineRule, heldCheck, rowCheck, withColumn } from "./rule.ts";

/** The types of columns; missing values are allowed. */
export const typesRule = defineRule({
  key: "types",
  settings: byName(z.enum(["integer", "number", "text", "boolean", "date", "timestamp"])).optional(),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, type]) =>
      withColumn(name, `data.types.${name}`, context, (column) => {
        const { view } = context;
        const rule = `data.types.${name}`;
        const holds = view.is(column, type);
        if (holds === "true") return [heldCheck(rule)];
        return [
          rowCheck({ rule, columns: [name], broken: view.isNot(column, holds), fault: { code: "other-type", type } }),
        ];
      }),
    ),
});
