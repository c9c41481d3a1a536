import type { WorstSlices } from "../measurements/worst-slices/results.ts";
import { unitOf } from "../measurements/worst-slices/words.ts";
import { counted, grouped, intervalText, short, signed } from "../text.ts";

/** How the groups were found, or that none was. */
export function searchedText(found: WorstSlices): string {
  const { metric, tried, columns, unsearched, varying = [], searchedRows, heldRows, slices } = found;
  const unit = unitOf(metric);
  const of = `${counted(tried, "group")} of one to three of ${counted(columns.length, "column")}${unsearched === 0 ? "" : ` (${counted(unsearched, "further column")} not searched)`}${varying.length === 0 ? "" : ` (not of ${varying.join(", ")}, which vary within ranked groups)`}`;
  return slices.length === 0
    ? `Of ${of} none is worse than the other ${unit}s beyond chance.`
    : `Of ${of}, looked for in ${counted(searchedRows, unit)}, these are worse in ${grouped(heldRows)} other ${unit}s beyond chance, corrected for how many were chosen.`;
}

const TITLES = { accuracy: "Accuracy", mae: "Absolute error", ndcg: "ndcg" } as const;

export const sliceTableHead = ({ metric }: WorstSlices): string[] => [
  ...(metric === "ndcg" ? ["Ranked groups with", "Ranked groups"] : ["Rows with", "Rows"]),
  ...["Held out", TITLES[metric], metric === "ndcg" ? "Other groups" : "Other rows", "Difference"],
];

/** A row of a table for each group, the worst first. */
export const sliceRows = ({ slices }: WorstSlices): string[][] =>
  slices.map(({ conditions, rows, heldRows, candidate, others, difference }) => [
    ...[conditions.join(" and "), grouped(rows), grouped(heldRows)],
    `${short(candidate.value)}${intervalText(candidate.interval)}`,
    short(others.value),
    `${signed(difference.value)}${intervalText(difference.interval)}`,
  ]);
