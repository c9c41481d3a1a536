import { share } from "../../config/forms.ts";
import { guessed } from "../../config/stricter.ts";
import { keyColumns, keyHash } from "./key.ts";
import { GUESSED, type RowsReason } from "./reasons.ts";
import { repeatedRows } from "./repeated.ts";
import { defineRule, exceeds } from "./rule.ts";

/** Of rows that were seen one by one few are the same; in counts and codes many may be. */
const GUESSED_DUPLICATES = 0.01;

/**
 * The share of rows that may be the same as an earlier one in every column; 1 allows all.
 *
 * Rows with different keys are different. So if every row has its own key, the follow-up pass over all columns is left out,
 * which saves a quarter of the work.
 */
export const maxDuplicatesRule = defineRule({
  key: "max-duplicates",
  settings: guessed("lower", share, GUESSED_DUPLICATES),
  checks(own, { view, unique }) {
    const most = own ?? GUESSED_DUPLICATES;
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
          return tooManyDuplicates(count, rows, own);
        },
        find: repeatedRows(hash),
      },
    ];
  },
});

/** What is wrong with a number of repeated rows; undefined when there are few. */
export function tooManyDuplicates(count: number, of: number, own: number | undefined): RowsReason | undefined {
  const most = own ?? GUESSED_DUPLICATES;
  return exceeds(count, of, most)
    ? { code: "duplicate-rows", rows: count, of, most, ...(own === undefined ? GUESSED : {}) }
    : undefined;
}
