import { share } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { keyColumns, keyHash } from "./key.ts";
import { repeatedRows } from "./repeated.ts";
import { defineRule, exceeds } from "./rule.ts";

/**
 * The share of rows that may be the same as an earlier one in every column; 1 allows all.
 *
 * Rows with different keys are different. So if every row has its own key, the follow-up pass over all columns is left out,
 * which saves a quarter of the work.
 */
export const maxDuplicatesRule = defineRule({
  key: "max-duplicates",
  settings: stricter("lower", share).default(0.01),
  checks(most, { view, unique }) {
    if (most === 1) return [];
    const hash = view.hash(view.columns);
    const key = unique.map((names) => keyColumns(view, names)).find((columns) => columns !== undefined);
    const counted = { different: `count(DISTINCT ${hash})` };
    return [
      {
        rule: "data.max-duplicates",
        columns: view.columns.slice(0, 4).map(({ name }) => name),
        ...(key === undefined
          ? { measures: counted }
          : {
              measures: { keys: `count(DISTINCT ${keyHash(view, key)})` },
              followUp: { measures: counted, needed: (measure) => `${measure("keys")} < "rows"` },
            }),
        judge: ({ keys, different }, rows) => {
          const count = Number(keys) === rows ? 0 : rows - Number(different);
          return exceeds(count, rows, most) ? { code: "duplicate-rows", rows: count, of: rows, most } : undefined;
        },
        find: repeatedRows(hash),
      },
    ];
  },
});
