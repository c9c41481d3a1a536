import type { Invocation } from "../command.ts";
import { run as call } from "./call.ts";

/** Flags with which the answer is a text: a command that is run in place of a shell, and help. */
const ANSWERS = /^--command(=|$)/;

/**
 * `replay FOLDER` runs the failed stage of the run whose report is in the folder again. On a terminal it opens a shell where the stage
 * failed; elsewhere it says how the stage ended. All else is as with the function of that name.
 */
export async function run(invocation: Invocation): Promise<number> {
  const isPerson = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return await call({ ...invocation, words: replayWords(invocation.words, isPerson && !invocation.options.json) });
}

/** The call that the words stand for. */
export function replayWords(words: readonly string[], isPerson: boolean): string[] {
  const [folder, ...rest] = words;
  const flags = folder === undefined || folder.startsWith("-") ? [...words] : [`--report=${folder}`, ...rest];
  return isPerson && !flags.some((flag) => ANSWERS.test(flag))
    ? ["replayed", ...flags, "container", "terminal"]
    : ["replay", ...flags];
}
