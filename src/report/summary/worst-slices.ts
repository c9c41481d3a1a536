import type { Report } from "../report.ts";
import { searchedText, sliceRows, sliceTableHead } from "../worst-slices.ts";
import { escaped, table } from "./markdown.ts";

const MAX_SLICES = 5;

/** The groups of rows that the model is worst at, where there are any. */
export function worstSlicesSection({ measurements }: Report): string[] {
  const found = measurements?.worstSlices;
  if (found === undefined || found.slices.length === 0) return [];
  return [
    "### Worst slices",
    escaped(searchedText(found)),
    table(sliceTableHead(found), sliceRows(found).slice(0, MAX_SLICES)),
  ];
}
