import { isListOf, isNumber, isObjectOf, isRecordOf, isText } from "../../base/guards.ts";
import type { Snapshot } from "../../store/types.ts";

/** What a command left. It is kept under the key of all that the command depended on. */
export interface Outcome {
  readonly exitCode: number;
  /** Both streams hold at most their last megabyte, with secrets replaced. */
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams in the order of printing; absent when only one of them printed anything. */
  readonly combined?: string;
  readonly root: Snapshot;
  /** What commands wrote to each mounted directory, by its target. */
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

/** Gives both streams in the order of printing. */
export function combinedOutput(outcome: Outcome): string {
  return outcome.combined ?? outcome.stdout + outcome.stderr;
}
