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
   * `excused`: there is nothing to measure yet (the first model has no baseline), so a gate that needs it is skipped even
   * when the project configures it. `absent`: the project lacks something, so a configured gate fails, and any other is
   * skipped. `broken`: the project has it and it does not work, so every gate that needs it fails. `not-started`: the
   * same of a server that never answered, which says nothing of what the gate is about.
   */
  readonly lack: "excused" | "absent" | "broken" | "not-started";
  readonly runs: readonly CommandsResult[];
}

export const present = <T>(value: T, ...runs: CommandsResult[]): Present<T> => ({ value, runs });

/** A measurement that a configured gate must have, and for which the project lacks something. */
export const missing = (reason: string, ...runs: CommandsResult[]): Missing => ({
  missing: reason,
  lack: "absent",
  runs,
});

/** A measurement of something that the project has and that does not work. */
export const broken = (reason: string, ...runs: CommandsResult[]): Missing => ({
  missing: reason,
  lack: "broken",
  runs,
});

/** A measurement of a server that does not serve. */
export const notServed = (
  { reason, started, runs }: Pick<Missing, "runs"> & { readonly reason: string; readonly started: boolean },
  ...before: CommandsResult[]
): Missing => ({ missing: reason, lack: started ? "broken" : "not-started", runs: [...before, ...runs] });

/** A measurement that cannot be taken yet, so that gates which need it are skipped. */
export const excusablyMissing = (reason: string): Missing => ({ missing: reason, lack: "excused", runs: [] });
