import { hasCommas } from "../tables/number-form.ts";
import { type ExampleRow, examplesText } from "./examples.ts";
import type { RuleReason } from "./rules/reasons.ts";
import { reasonText } from "./rules/words.ts";

/** A rule that the data breaks; part of `report.json`. */
export interface Finding {
  /** The configuration key of the rule: `data.ranges.age`. */
  readonly rule: string;
  /** What is wrong, as a code with parameters. */
  readonly reason: RuleReason;
  /** The reason as text, with the number and the limit. */
  readonly message: string;
  /** The number of rows that break it; absent for a rule about the data as a whole. */
  readonly rows?: number;
  /** The number of rows that the rule is about: all, or those of the evaluation data. */
  readonly of?: number;
  /** The share of all rows that break it, from 0 to 1. */
  readonly share?: number;
  /** What is compared with the limit, if that is not a number of rows: a share, a ratio, a length. */
  readonly value?: number;
  /** The first rows that break it. */
  readonly examples: readonly ExampleRow[];
}

export const findingOf = (rule: string, reason: RuleReason, examples: readonly ExampleRow[], all: number): Finding => ({
  rule,
  reason,
  message: reasonText(reason),
  ...("rows" in reason ? { rows: reason.rows, of: reason.of, share: reason.rows / all } : {}),
  ...("value" in reason ? { value: reason.value } : {}),
  examples,
});

/** The message with the first rows. For repeated rows, the examples include the row that they repeat. */
export function findingWithExamples(finding: Finding): string {
  const { message, rows, examples } = finding;
  if (examples.length === 0) return message;
  const shown = `${message}: ${examplesText(examples, Math.max(rows ?? 0, examples.length))}`;
  return isAboutCommas(finding)
    ? `${shown}; numbers have a decimal point here, unless data.decimal and data.thousands say otherwise`
    : shown;
}

/** Whether numbers were expected, and commas are all that keeps the values from being some. */
function isAboutCommas({ reason, examples }: Finding): boolean {
  const isOfNumbers =
    reason.code === "out-of-range" ||
    (reason.code === "unlisted-value" && reason.values.some(isNumber)) ||
    (reason.code === "other-type" && (reason.type === "number" || reason.type === "integer")) ||
    (reason.code === "mistaken-kind" && reason.kind === "number");
  return isOfNumbers && examples.every(({ values }) => Object.values(values).every((value) => hasCommas(value ?? "")));
}

const isNumber = (value: string | number | boolean): boolean =>
  typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));

/** The message with the first rows and the configuration key, for a list of findings. */
export const findingText = (finding: Finding): string => `${findingWithExamples(finding)} (${finding.rule})`;
