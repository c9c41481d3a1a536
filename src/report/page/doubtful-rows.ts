import type { DoubtfulRows } from "../../measurements/doubtful-rows/results.ts";
import { doubtfulSentences } from "../../measurements/doubtful-rows/words.ts";
import { DUPLICATES_HEAD, duplicateRows, LABELS_HEAD, labelRows } from "../doubtful-rows.ts";
import { list } from "./gates.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** Rows with a label that is likely wrong, and rows that are alike. */
export function doubtfulRowsSection(found: DoubtfulRows): Html {
  const [labels, duplicates] = [labelRows(found), duplicateRows(found)];
  return html`${list(doubtfulSentences(found))}${
    labels.length > 0 &&
    table(LABELS_HEAD, labels, { label: "Labels that are likely wrong", columns: ["", "", "number", "", "number"] })
  }${duplicates.length > 0 && table(DUPLICATES_HEAD, duplicates, { label: "Near duplicates", columns: ["text", "number", "text"] })}`;
}
