import { isListOf, isNumber, isObjectOf, isRecordOf, isText } from "../../base/guards.ts";
import type { Snapshot } from "../../store/types.ts";

/** What a command left: kept in the cache under the key of everything that the command depended on. */
export interface Outcome {
  readonly exitCode: number;
  /** At most the last megabyte of each, secrets replaced. */
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they were printed; absent when only one of them printed anything. */
  readonly combined?: string;
  readonly root: Snapshot;
  /** By target, what commands wrote to each mounted directory. */
  readonly written: Readonly<Record<string, Snapshot>>;
}

const isSnapshot = isObjectOf<Snapshot>({ layers: isListOf(isText) });

export const isOutcome = isObjectOf<Outcome>(
  {
    exitCode: isNumber,
    stdout: isText,
    stderr: isText,
    combined: isText,
    root: isSnapshot,
    written: isRecordOf(isSnapshot),
  },
  ["combined"],
);

/** Both streams of an outcome in the order in which they were printed. */
export function combinedOutput(outcome: Outcome): string {
  return outcome.combined ?? outcome.stdout + outcome.stderr;
}
