import { createInterface } from "node:readline/promises";
import type { Call } from "../../runner/call.ts";
import type { FunctionInfo } from "../../runner/module/types.ts";
import type { TypedCall } from "./types.ts";

/* What a person is asked when a function proposes changes to a folder. */

/** Whether a call gives changes that are not applied by the call itself. */
export const proposesChanges = ({ links }: TypedCall): boolean => {
  const type = links.at(-1)?.fn.returns;
  return type?.kind === "object" && type.name === "Changeset";
};

/** The folder that changes are about: the first one that the function was given. */
export function changedFolder({ steps }: Call): string | undefined {
  for (const step of steps.toReversed()) {
    for (const value of step.args.values()) if (value.kind === "directory") return value.path;
  }
  return undefined;
}

export const nothingToChange = (folder: string): string => `nothing is to be changed in ${folder}`;

export const changedMeanwhile = (folder: string): string =>
  `somebody has changed what the call reads since the changes were shown, so nothing was changed in ${folder}: make the call again`;

export const notChanged = (folder: string): string =>
  `nothing was changed: say --yes to change ${folder}, or end the call with export --path=DIR`;

/** Something that a function could not know, and would take as an argument. */
export interface Question {
  readonly argument: string;
  readonly text: string;
}

/**
 * What proposed changes leave open: a line `# label = "…"  # which column is predicted?` in place of what the function would take as
 * its argument `label`.
 */
export function openQuestions(patch: string, fn: FunctionInfo, typed: ReadonlyMap<string, unknown>): Question[] {
  const found = [...patch.matchAll(/^\+# ([\w-]+) = "…" {2}# (.*)$/gm)];
  return found.flatMap(([, argument = "", text = ""]) =>
    fn.args.some(({ name }) => name === argument) && !typed.has(argument) ? [{ argument, text }] : [],
  );
}

/** Whether there is a person who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

export async function ask(text: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(text)).trim();
  } finally {
    terminal.close();
  }
}
