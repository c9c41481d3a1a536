import type { WorstSlices } from "../measurements/worst-slices/results.ts";
import { counted, grouped, intervalText, short, signed } from "../text.ts";

/** How the groups were found, or that none was. */
export function searchedText({ tried, columns, unsearched, searchedRows, heldRows, slices }: WorstSlices): string {
  const of = `${counted(tried, "group")} of one to three of ${counted(columns.length, "column")}${unsearched === 0 ? "" : ` (${counted(unsearched, "further column")} not searched)`}`;
  return slices.length === 0
    ? `Of ${of} none is worse than the other rows beyond chance.`
    : `Of ${of}, looked for in ${counted(searchedRows, "row")}, these are worse in ${grouped(heldRows)} other rows beyond chance, corrected for how many were chosen.`;
}

export const sliceTableHead = ({ metric }: WorstSlices): string[] => [
  ...["Rows with", "Rows", "Held out", metric === "accuracy" ? "Accuracy" : "Absolute error"],
  ...["Other rows", "Difference"],
];

/** A row of a table for each group, the worst first. */
export const sliceRows = ({ slices }: WorstSlices): string[][] =>
  slices.map(({ conditions, rows, heldRows, candidate, others, difference }) => [
    ...[conditions.join(" and "), grouped(rows), grouped(heldRows)],
    `${short(candidate.value)}${intervalText(candidate.interval)}`,
    short(others.value),
    `${signed(difference.value)}${intervalText(difference.interval)}`,
  ]);
