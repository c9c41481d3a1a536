import { columnsText } from "../../checks/reasons/comparison.ts";
import type { Report } from "../report.ts";
import { escaped } from "./markdown.ts";

/** Columns that alone predict the label, where there are any. */
export function leaksSection({ measurements }: Report): string[] {
  const powers = measurements?.leaks;
  if (powers === undefined || powers.leaking.length === 0) return [];
  return ["### Columns that say the label", `${escaped(columnsText(powers))}.`];
}
