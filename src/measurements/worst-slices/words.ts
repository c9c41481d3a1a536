import { counted, intervalText, short } from "../../text.ts";
import type { WorstSlice, WorstSlices } from "./results.ts";

/** What is counted of a search: rows, or the groups that rows are ranked within. */
export const unitOf = (metric: WorstSlices["metric"]): "row" | "ranked group" =>
  metric === "ndcg" ? "ranked group" : "row";

/** `accuracy 0.61 [0.55, 0.67] for age < 25 and region = West, 412 rows (0.91 elsewhere)`. */
export const sliceText = ({ metric }: WorstSlices, { conditions, rows, candidate, others }: WorstSlice): string =>
  `${metric} ${short(candidate.value)}${intervalText(candidate.interval)} for ${conditions.join(" and ")}, ${counted(rows, unitOf(metric))} (${short(others.value)} elsewhere)`;
