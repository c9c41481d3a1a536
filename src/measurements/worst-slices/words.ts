import { counted, intervalText, short } from "../../text.ts";
import type { WorstSlice, WorstSlices } from "./results.ts";

/** `accuracy 0.61 [0.55, 0.67] for age < 25 and region = West, 412 rows (0.91 elsewhere)`. */
export const sliceText = ({ metric }: WorstSlices, { conditions, rows, candidate, others }: WorstSlice): string =>
  `${metric} ${short(candidate.value)}${intervalText(candidate.interval)} for ${conditions.join(" and ")}, ${counted(rows, "row")} (${short(others.value)} elsewhere)`;
