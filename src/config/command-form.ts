import { z } from "zod";
import { splitWords } from "./command-words.ts";
import { name } from "./forms.ts";

/* How a command is written in the configuration. */

/** A list of arguments, or a line that is split as a shell splits it into words. Nothing of it ever reaches a shell. */
export const line = z.union([name, z.array(z.string()).min(1)], {
  error: 'expected a command such as "python train.py --data {data}", or a list of its arguments',
});
export type Line = z.output<typeof line>;

/** The arguments of a command, which was validated. */
export function argumentsOf(command: Line): readonly string[] {
  if (typeof command !== "string") return command;
  const split = splitWords(command);
  return "words" in split ? split.words : [];
}

/** Environment variables of a command. */
export const variables = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, "expected the name of an environment variable"), z.string())
  .default({});

/** Why a line is no command that can be carried out without a shell. */
export function problemOfLine(own: Line): string | undefined {
  const split: ReturnType<typeof splitWords> = typeof own === "string" ? splitWords(own) : { words: own };
  if ("problem" in split) {
    return `no shell runs this: ${split.problem}. Quote it, or write a list of arguments or a script of your own`;
  }
  const [program] = split.words;
  if (program === undefined || program === "") return "expected the name of a program first";
  return /^[A-Za-z_]\w*=/.test(program)
    ? `no shell runs this: write ${program.split("=")[0]} below env instead`
    : undefined;
}

/** Why one of some paths is no folder of the project. */
export function problemOfFolders(...paths: readonly (string | undefined)[]): string | undefined {
  const outside = paths.find((path) => path !== undefined && /^\/|(^|\/)\.\.(\/|$)/.test(path));
  return outside === undefined ? undefined : `expected a folder of the project, got ${JSON.stringify(outside)}`;
}
