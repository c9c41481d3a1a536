import { share } from "../../config/forms.ts";
import { repeated } from "./repeated.ts";
import { defineRule, isAbove, limitPercent, shareOf } from "./rule.ts";

/** The share of rows that are the same as an earlier one in every column. */
export const maxDuplicatesRule = defineRule({
  key: "max-duplicates",
  settings: share.default(0.01),
  checks(most, { view }) {
    if (most === 1) return [];
    const hash = view.hash(view.columns);
    return [
      {
        rule: "data.max-duplicates",
        columns: view.columns.slice(0, 4).map(({ name }) => name),
        measures: { different: `count(DISTINCT ${hash})` },
        judge: ({ different }, rows) => {
          const count = rows - Number(different);
          if (!isAbove(count, rows, most)) return undefined;
          return {
            message: `${shareOf(count, rows, most)} are the same as an earlier one, at most ${limitPercent(most)} may be`,
            rows: count,
          };
        },
        find: repeated(hash),
      },
    ];
  },
});
