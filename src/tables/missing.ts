import { literal } from "./sql.ts";

/**
 * Texts that stand for a missing value: what pandas reads as one when it is not told otherwise, and what exports of
 * databases and spreadsheets have.
 */
export const MISSING: readonly string[] = [
  ...["#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "None"],
  ...["n/a", "null", "NaT", "?", "-", "\\N"],
];

/** The values without those that stand for a missing one; all of them if nothing is left. */
export function withoutMissing(values: readonly string[], spellings: readonly string[] = MISSING): readonly string[] {
  const there = values.filter((value) => !spellings.includes(value.replace(/^ +| +$/g, "")));
  return there.length === 0 ? values : there;
}

/** Whether a spelling may be a number or a date too; accepting a few more does no harm. */
export const maySpellValue = (spelling: string): boolean =>
  (/\d/.test(spelling) && !spelling.includes("#")) || /epoch/i.test(spelling);

/** A predicate for whether a text is one of these spellings, which is asked only of short texts; false for null. */
export function isSpelledMissing(text: string, spellings: readonly string[] = MISSING): string {
  if (spellings.length === 0) return "false";
  const longest = Math.max(...spellings.map((one) => Buffer.byteLength(one)));
  const spelled = `list_contains([${spellings.map(literal).join(", ")}], trim(${text}))`;
  return `CASE WHEN strlen(${text}) <= ${longest + 2} THEN ${spelled} ELSE false END`;
}
