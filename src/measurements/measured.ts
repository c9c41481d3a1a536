import type { CommandsResult } from "../containers/commands.ts";

/** A measurement, or why there is none. `runs` are the commands that were run for it. */
export type Measured<T> = Present<T> | Missing;

export interface Present<T> {
  readonly value: T;
  readonly runs: readonly CommandsResult[];
}

export interface Missing {
  /** What is lacking, as the end of a sentence: "no baseline was given (--baseline)". */
  readonly missing: string;
  /**
   * Whether a gate that needs it is skipped even when the project configures it, because there is nothing to measure
   * yet (the first model has no baseline). Otherwise a configured gate fails, since it cannot decide.
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

/** A measurement that cannot be taken yet, so that gates which need it are skipped. */
export const excusablyMissing = (reason: string): Missing => ({ missing: reason, excusable: true, runs: [] });
