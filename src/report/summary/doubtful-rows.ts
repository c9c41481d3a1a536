import { doubtfulSentences } from "../../measurements/doubtful-rows/words.ts";
import type { Report } from "../report.ts";
import { escaped } from "./markdown.ts";

/** Rows with a label that is likely wrong, and rows that are alike, where there are any. */
export function doubtfulRowsSection({ measurements }: Report): string[] {
  const sentences = doubtfulSentences(measurements?.doubtfulRows ?? {});
  return sentences.length === 0 ? [] : ["### Doubtful rows", sentences.map((one) => `- ${escaped(one)}`).join("\n")];
}
