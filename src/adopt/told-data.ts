import { posix } from "node:path";
import { isHeldOut } from "./arguments.ts";
import { type Argument, dataOf, type Findings, type Table } from "./findings.ts";

/* Which of the data the arguments of a program are told. */

const HELD_OUT = /test|eval|val|holdout/i;

/** Data that an argument is told. */
export interface ToldData {
  readonly argument: Argument;
  /** In the data; empty for all of them. */
  readonly path: string;
  readonly isFile: boolean;
}

/**
 * The table that an argument means, as a path below the data; undefined where none can be meant.
 *
 * @param made tables that are made before the program runs, which it means rather than what they are made of
 */
export function tableFor(
  argument: Argument,
  tables: readonly Pick<Table, "path">[],
  purpose: string,
  made: readonly string[] = [],
): string | undefined {
  const paths = [...made, ...tables.map(({ path }) => path)];
  const name = argument.default === null ? undefined : posix.basename(argument.default);
  const byDefault = paths.find((path) => name !== undefined && posix.basename(path) === name);
  if (byDefault !== undefined) return byDefault;
  const heldOut = isHeldOut(argument) || purpose === "evaluate";
  const form = heldOut ? HELD_OUT : /train/i;
  const byName = paths.find((path) => form.test(posix.basename(path)));
  // What is made for evaluation alone is nothing to train on.
  const forThis = made.filter((path) => heldOut || !HELD_OUT.test(posix.basename(path)));
  const [only, ...others] = forThis.length > 0 ? forThis : tables.map(({ path }) => path);
  return byName ?? (only === undefined ? name : others.length === 0 ? only : undefined);
}

/** The folder of the data that an argument means by its default; empty for the data themselves. */
export function folderFor({ default: text }: Argument, findings: Findings): string {
  const top = dataOf(findings)?.folder ?? "";
  const path = text === null ? "" : posix.normalize(text).replace(/\/$/, "");
  if (top === "" || !path.startsWith(`${top}/`) || !findings.files.some((file) => file.startsWith(`${path}/`)))
    return "";
  return path.slice(top.length + 1);
}

/**
 * Whether what evaluation is told is what training is told, although the program wants other data there: the default of its argument
 * is another one, or its name says that the model has not seen them. A model that is evaluated on what it was trained on tells nothing.
 */
export function isOtherData(trained: ToldData, evaluated: ToldData): boolean {
  if (trained.path !== evaluated.path || trained.isFile !== evaluated.isFile) return false;
  const [before, after] = [trained.argument.default, evaluated.argument.default];
  if (before !== null && after !== null) return posix.normalize(before) !== posix.normalize(after);
  if (!evaluated.isFile) return false;
  if (after !== null) return posix.basename(after) !== posix.basename(evaluated.path);
  return isHeldOut(evaluated.argument) && !isHeldOut(trained.argument);
}
