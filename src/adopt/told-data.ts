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

/** A table of the data, with its columns where they are known. */
export type DataTable = Pick<Table, "path"> & Partial<Pick<Table, "columns">>;

/** What is known of the data beside their tables. */
export interface AboutData {
  /** Tables that are made before the program runs, which it means rather than what they are made of. */
  readonly made?: readonly string[] | undefined;
  /** The column that is predicted. */
  readonly label?: string | undefined;
}

/** The table that an argument means, as a path below the data; undefined where none can be meant, or nobody can tell which. */
export function tableFor(
  argument: Argument,
  tables: readonly DataTable[],
  purpose: string,
  { made = [], label }: AboutData = {},
): string | undefined {
  const paths = [...made, ...tables.map(({ path }) => path)];
  const name = argument.default === null ? undefined : posix.basename(argument.default);
  const byDefault = paths.find((path) => name !== undefined && posix.basename(path) === name);
  if (byDefault !== undefined) return byDefault;
  const heldOut = isHeldOut(argument) || purpose === "evaluate";
  const form = heldOut ? HELD_OUT : /train/i;
  const byName = paths.find((path) => form.test(posix.basename(path)));
  if (byName !== undefined) return byName;
  // What is made for evaluation alone is nothing to train on.
  const forThis = made.filter((path) => heldOut || !HELD_OUT.test(posix.basename(path)));
  const having = new Set(tables.flatMap(({ path, columns }) => (columns?.includes(label ?? "") ? [path] : [])));
  const all = forThis.length > 0 ? forThis : tables.map(({ path }) => path);
  const seen = narrowed(all, (path) => heldOut || !HELD_OUT.test(posix.basename(path)));
  const [only, ...others] = narrowed(seen, (path) => having.has(path));
  return only === undefined ? name : others.length === 0 ? only : undefined;
}

/** Those that a condition leaves; all where it leaves none. */
function narrowed(paths: readonly string[], isMeant: (path: string) => boolean): readonly string[] {
  const left = paths.filter(isMeant);
  return left.length > 0 ? left : paths;
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
