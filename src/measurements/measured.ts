import type { CommandsResult } from "../containers/commands.ts";

/** A measurement, or why there is none. `runs` is what was run for it. */
export type Measured<T> = Present<T> | Missing;

export interface Present<T> {
  readonly value: T;
  readonly runs: readonly CommandsResult[];
}

export interface Missing {
  /** What is lacking, as the end of a sentence: "no baseline was given (--baseline)". */
  readonly missing: string;
  /**
   * Whether a gate that needs it is skipped even where the project configures it, because there is nothing to ask yet
   * (the first model has no baseline). Otherwise a configured gate fails: it cannot be decided.
   */
  readonly excusable: boolean;
  readonly runs: readonly CommandsResult[];
}

export const present = <T>(value: T, ...runs: CommandsResult[]): Present<T> => ({ value, runs });

/** A measurement that a configured gate must have, and that could not be taken. */
export const missing = (reason: string, ...runs: CommandsResult[]): Missing => ({
  missing: reason,
  excusable: false,
  runs,
});

/** A measurement that there is nothing to take from yet. */
export const excusablyMissing = (reason: string): Missing => ({ missing: reason, excusable: true, runs: [] });
