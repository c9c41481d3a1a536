import { shellSafe } from "../text.ts";
import type { Action, TestLine } from "./readings.ts";

/* What a comparison says to whatever starts a training. */

/** The columns that a retraining is to watch: those that drifted, by the names that a shell and a list leave whole. */
export function watched(action: string, tests: readonly Pick<TestLine, "column" | "outcome">[]): readonly string[] {
  const retrain: Action = "retrain";
  if (action !== retrain) return [];
  const drifted = tests.filter(({ outcome }) => outcome === "drifted").map(({ column }) => column);
  let room = MOST;
  return [...new Set(drifted)].map(shellSafe).filter((name) => {
    room -= name.length + 1;
    return room >= 0;
  });
}

/** CI systems take variables of so many characters: what is named is looked at once more, and what is not is no worse off. */
const MOST = 2000;

/** The call that trains anew because of it. */
export const retrainCall = (columns: readonly string[]): string =>
  ["ml-pipeline retrain --trigger=drift", ...(columns.length === 0 ? [] : [`--watch=${columns.join(",")}`])].join(" ");
