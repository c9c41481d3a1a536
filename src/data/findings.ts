import { type ExampleRow, examplesText } from "./examples.ts";
import type { RuleReason } from "./rules/reasons.ts";
import type { RuleCheck } from "./rules/rule.ts";
import { reasonText } from "./rules/words.ts";

/** A rule that the data breaks; part of `report.json`. */
export interface Finding {
  /** The key in the configuration that asks for it: `data.ranges.age`. */
  readonly rule: string;
  /** What is wrong, with what that is about. */
  readonly reason: RuleReason;
  /** The same in words, with the number and the limit. */
  readonly message: string;
  /** How many rows break it; absent where it is about the data as a whole. */
  readonly rows?: number;
  /** How many rows the rule is about: all, or those of the evaluation data. */
  readonly of?: number;
  /** Of all rows, from 0 to 1. */
  readonly share?: number;
  /** What is held against the limit, where that is not the number of rows: a share, a ratio, a length. */
  readonly value?: number;
  /** The first rows that break it. */
  readonly examples: readonly ExampleRow[];
}

export const findingOf = (
  { rule }: RuleCheck,
  reason: RuleReason,
  examples: readonly ExampleRow[],
  all: number,
): Finding => ({
  rule,
  reason,
  message: reasonText(reason),
  ...("rows" in reason ? { rows: reason.rows, of: reason.of, share: reason.rows / all } : {}),
  ...("value" in reason ? { value: reason.value } : {}),
  examples,
});

/** What is wrong, and where the first rows of it are. Of rows that repeat another one, the other is shown, too. */
export const findingWithExamples = ({ message, rows, examples }: Finding): string =>
  examples.length === 0 ? message : `${message}: ${examplesText(examples, Math.max(rows ?? 0, examples.length))}`;

/** As a person reads it in a list of all. */
export const findingText = (finding: Finding): string => `${findingWithExamples(finding)} (${finding.rule})`;
