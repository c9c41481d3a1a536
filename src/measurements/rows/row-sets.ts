import { counted } from "../../text.ts";

/** Tables that an evaluation may have gone through, in the order of their paths. */
export interface RowSet {
  /** For messages. */
  readonly name: string;
  readonly files: readonly string[];
}

/** More sets than this are not looked at one by one. */
const MAX_SETS = 500;

/**
 * The sets of tables that predictions may be of: each file, each folder, and everything. Those that the project names as its
 * evaluation data are the only ones.
 */
export function rowSets(files: readonly string[], named: readonly string[] | undefined): RowSet[] {
  if (named !== undefined) return [{ name: nameOf(named, "evaluation data"), files: named }];
  const folders = new Set(files.flatMap(foldersOf));
  const sets = [
    ...files.map((file) => [file]),
    ...[...folders].map((folder) => files.filter((file) => file.startsWith(`${folder}/`))),
    files,
  ];
  const different = new Map(sets.map((one) => [JSON.stringify(one), one]));
  return [...different.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_SETS)
    .map((one) => ({ name: nameOf(one, "data"), files: one }));
}

const foldersOf = (file: string): string[] =>
  file
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

const nameOf = (files: readonly string[], what: string): string =>
  files.length === 1 ? (files[0] ?? what) : `the ${counted(files.length, "table")} of the ${what}`;
