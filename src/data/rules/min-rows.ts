import { count } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { defineRule } from "./rule.ts";

/** The least number of rows, of all files together. */
export const minRowsRule = defineRule({
  key: "min-rows",
  settings: stricter("higher", count).default(1000),
  checks: (least, { files }) => [
    {
      rule: "data.min-rows",
      columns: [],
      measures: {},
      judge: (_, rows) =>
        rows >= least ? undefined : { code: "too-few-rows", value: rows, least, files: files.length },
    },
  ],
});
