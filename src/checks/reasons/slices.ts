import { counted, grouped, intervalText, short } from "../../text.ts";
import { formatValue, spaced, valueAndLimit } from "../format.ts";
import type { Phrases } from "../phrase.ts";

/** A group of rows that a search found: what its rows have in common, how many there are, and how many it was confirmed on. */
interface FoundGroup {
  readonly conditions: readonly string[];
  readonly rows: number;
  readonly heldRows: number;
  /** Whether it is one of ranked groups, which are then counted in place of rows. */
  readonly ranked?: true;
}

/** Reasons about groups of rows that nobody named. */
export type SliceReason =
  /** The value is the metric of the group, `others` that of all other rows. */
  | ({ readonly code: "worst-slice"; readonly others: number } & FoundGroup)
  /** The value is the group's metric minus that of all other rows; `allowed` is how much worse it may be. */
  | ({ readonly code: "slice-behind"; readonly candidate: number; readonly allowed: number } & FoundGroup)
  | {
      readonly code: "no-worse-slice";
      readonly tried: number;
      readonly columns: number;
      readonly varying?: readonly string[];
    };

export const SLICE_PHRASES: Phrases<SliceReason> = {
  "worst-slice": {
    text: (check, { others, ...group }) =>
      `${spaced(check.what)} ${valueAndLimit(check)}, ${short(others)} elsewhere, ${rowsText(group)}`,
    frame: framed,
  },
  "slice-behind": {
    text: ({ what, value = 0, interval }, { candidate, allowed, ...group }) =>
      `${spaced(what)} ${short(candidate)}, ${short(value)}${intervalText(interval)} against other ${unitOf(group)}s (at most ${allowed} worse), ${rowsText(group)}`,
    deciding: (check, { allowed, ...group }) => ({
      figure: formatValue(check),
      name: `${spaced(check.what)} for ${conditionsText(group.conditions)} against other ${unitOf(group)}s`,
      against: [`at most ${allowed} worse`],
    }),
    frame: framed,
  },
  "no-worse-slice": {
    text: ({ what }, { tried, columns, varying = [] }) =>
      `none of ${counted(tried, "group")} of ${counted(columns, "column")} is worse than the other ${what === "ndcg" ? "ranked groups" : "rows"} beyond chance${varying.length === 0 ? "" : `; not searched, having several values within ranked groups: ${varying.join(", ")}`}`,
  },
};

/** `age < 25 and region = West`. */
export const conditionsText = (conditions: readonly string[]): string => conditions.join(" and ");

function framed({ conditions }: FoundGroup): { readonly before: string; readonly after: string } {
  return { before: conditionsText(conditions), after: "" };
}

const unitOf = ({ ranked }: Pick<FoundGroup, "ranked">): string => (ranked === true ? "ranked group" : "row");

const rowsText = ({ rows, heldRows, ...group }: Omit<FoundGroup, "conditions">): string =>
  `${counted(rows, unitOf(group))} (${grouped(heldRows)} of them held out)`;
