import { PROGRAMS } from "./paths.ts";

/** An argument vector as it would be typed in a shell. */
export const shellWords = (args: readonly string[]): string =>
  args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(" ");

/** What a program of the pipeline does, by its name; undefined for a command that is none. */
export const ownProgram = (args: readonly string[]): string | undefined =>
  args
    .find((word) => word.startsWith(`${PROGRAMS}/`))
    ?.split("/")
    .at(-1)
    ?.replace(/\.\w+$/, "")
    .replaceAll("_", " ");
