import { type ExampleRow, examplesText } from "./examples.ts";
import type { Broken, Check } from "./rules/rule.ts";

/** A rule that the data breaks; part of `report.json`. */
export interface Finding {
  /** The key in the configuration that asks for it: `data.ranges.age`. */
  readonly rule: string;
  /** What is wrong, with the number and the limit. */
  readonly message: string;
  /** How many rows break it; absent where it is about the data as a whole. */
  readonly rows?: number;
  /** Of all rows, from 0 to 1. */
  readonly share?: number;
  /** The first rows that break it. */
  readonly examples: readonly ExampleRow[];
}

export function findingOf(
  { rule, columns }: Check,
  { message, rows }: Broken,
  examples: readonly ExampleRow[],
  all: number,
): Finding {
  const where = examples.length === 0 ? "" : `: ${examplesText(examples, columns, rows ?? 0)}`;
  return {
    rule,
    message: `${message}${where}`,
    ...(rows === undefined ? {} : { rows, share: rows / all }),
    examples,
  };
}

/** As a person reads it in a list of all. */
export const findingText = ({ rule, message }: Finding): string => `${message} (${rule})`;
