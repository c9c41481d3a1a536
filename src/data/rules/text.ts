import { z } from "zod";
import { byName, count } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { parseValue } from "../../json.ts";
import { defineRule, type Measured, type RuleCheck, rowCheck, withColumn } from "./rule.ts";

/** The lengths of texts, in characters. */
export const textRule = defineRule({
  key: "text",
  settings: byName(
    z.strictObject({
      /** The least number of characters. */
      "min-length": stricter("higher", count).default(10),
      /** The greatest number of characters. */
      "max-length": stricter("lower", count).default(10_000),
      /** The least median of the number of characters. */
      "min-median-length": stricter("higher", count).default(50),
    }),
  ).optional(),
  checks: (settings = {}, context) =>
    Object.entries(settings).flatMap(([name, limits]) =>
      withColumn(name, `data.text.${name}`, context, (column): RuleCheck[] => {
        const { view } = context;
        const length = view.derive(`length(${column.textual ? view.raw(column) : `${view.raw(column)}::VARCHAR`})`);
        const { "min-length": least, "max-length": most, "min-median-length": median } = limits;
        const rule = (key: string): string => `data.text.${name}.${key}`;
        return [
          rowCheck({
            rule: rule("min-length"),
            columns: [name],
            broken: `${length} < ${least}`,
            fault: { code: "too-short", least },
          }),
          rowCheck({
            rule: rule("max-length"),
            columns: [name],
            broken: `${length} > ${most}`,
            fault: { code: "too-long", most },
          }),
          {
            rule: rule("min-median-length"),
            columns: [name],
            measures: { present: `count(${length})`, below: `count_if(${length} < ${median})` },
            // With most lengths at the limit or above it, the median is too, whatever it is.
            followUp: {
              measures: { lengths: `map_entries(histogram(${length}))` },
              needed: (measure) => `2 * ${measure("below")} >= ${measure("present")}`,
            },
            judge: (measured) => {
              if (2 * Number(measured.below) < Number(measured.present)) return undefined;
              const found = medianOf(measured);
              if (found === undefined || found >= median) return undefined;
              return { code: "short-median", column: name, value: found, least: median };
            },
          },
        ];
      }),
    ),
});

/** DuckDB writes numbers of some types as text. */
const lengthsSchema = z.array(z.object({ key: z.coerce.number(), value: z.coerce.number() }));

/** The median of the lengths; undefined if there are none. */
function medianOf({ lengths }: Measured): number | undefined {
  const counts = parseValue(lengths ?? [], lengthsSchema, "the counts of lengths")
    .map(({ key, value }) => ({ length: key, rows: value }))
    .sort((a, b) => a.length - b.length);
  const rows = counts.reduce((total, one) => total + one.rows, 0);
  if (rows === 0) return undefined;
  const at = (index: number): number => {
    let before = 0;
    for (const one of counts) {
      before += one.rows;
      if (before > index) return one.length;
    }
    return 0;
  };
  return (at(Math.floor((rows - 1) / 2)) + at(Math.floor(rows / 2))) / 2;
}
