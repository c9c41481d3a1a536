import { count } from "../../config/forms.ts";
import { guessed } from "../../config/stricter.ts";
import { GUESSED, type LimitReason } from "./reasons.ts";
import { defineRule } from "./rule.ts";

/** What most training data have at least; how many a project needs, only the project knows. */
export const GUESSED_ROWS = 1000;

/** The least number of rows, of all files together. */
export const minRowsRule = defineRule({
  key: "min-rows",
  settings: guessed("higher", count, GUESSED_ROWS),
  checks: (own, { files }) => [
    {
      rule: "data.min-rows",
      columns: [],
      measures: {},
      judge: (_, rows) => tooFewRows(rows, files.length, own),
    },
  ],
});

/** What is wrong with a number of rows; undefined when there are enough. */
export const tooFewRows = (rows: number, files: number, own: number | undefined): LimitReason | undefined =>
  rows >= (own ?? GUESSED_ROWS)
    ? undefined
    : { code: "too-few-rows", value: rows, least: own ?? GUESSED_ROWS, files, ...(own === undefined ? GUESSED : {}) };
