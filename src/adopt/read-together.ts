import { posix } from "node:path";
import { wildmatch } from "../project/ignore/wildmatch.ts";
import type { Argument, Script, Table } from "./findings.ts";

/* Several tables that a program reads as one. */

/** Tables that are one, by the patterns or the paths that say which, below the data. */
export interface Together {
  readonly files: readonly string[];
  readonly paths: readonly string[];
  /** The program that reads them. */
  readonly by: string;
}

/** Names of tables that a model is evaluated on. */
export const HELD_OUT_NAME = /(^|[^a-z])(test|eval|valid(ation)?|val|holdout)([^a-z]|$)/i;

/**
 * The tables that programs read as one: those of a pattern, of a folder, or of a list; undefined where there is no more than one, or they have
 * different columns.
 */
export function readTogether(
  scripts: readonly Pick<Script, "path" | "read_patterns">[],
  tables: readonly Pick<Table, "path" | "columns">[],
): Together | undefined {
  const paths = tables.map(({ path }) => path);
  for (const { path: by, read_patterns: patterns } of scripts) {
    const globs = patterns.filter(isPattern).map((pattern) => patternInData(pattern, paths));
    const listed = patterns.flatMap((one) => (isPattern(one) ? [] : pathsOf(patternInData(one, paths), paths)));
    // Of a list, what is to be held out is read for another purpose.
    const parts = listed.some((path) => HELD_OUT_NAME.test(posix.basename(path))) ? [] : listed;
    for (const files of [...globs.map((one) => (one === undefined ? [] : [one])), [...new Set(parts)]]) {
      const found = paths.filter((path) => files.some((file) => wildmatch(file).test(path)));
      if (found.length > 1 && areAlike(tables.filter(({ path }) => found.includes(path))))
        return { files, paths: found, by };
    }
  }
  return undefined;
}

const isPattern = (path: string): boolean => path.includes("*");

const pathsOf = (pattern: string | undefined, paths: readonly string[]): string[] =>
  pattern === undefined ? [] : paths.filter((path) => wildmatch(pattern).test(path));

/** Whether tables have the same columns, as far as these are known. */
function areAlike(tables: readonly Pick<Table, "columns">[]): boolean {
  const sets = tables.flatMap(({ columns }) => (columns === null ? [] : [[...columns].sort().join("\0")]));
  return new Set(sets).size < 2;
}

/**
 * A pattern of a program below the data: `raw/*.csv` of `data/raw/*.csv` or `../data/raw/*.csv`; undefined where no table is meant.
 *
 * @param paths of the tables, below the data
 */
export function patternInData(pattern: string, paths: readonly string[]): string | undefined {
  // What follows a folder that nobody knows may be anywhere.
  const isOpen = pattern.startsWith("?/");
  const parts = (isOpen ? pattern.slice(2) : posix.normalize(pattern)).split("/");
  const inner = parts.map((_, index) => parts.slice(index).join("/"));
  const tried = isOpen || parts.length === 1 ? [parts.join("/"), `**/${parts.join("/")}`] : inner;
  const found = tried.find((one) => pathsOf(one, paths).length > 0);
  if (found === undefined || posix.basename(found) !== "*") return found;
  // What a program reads of a folder are its tables of one kind.
  const [ending, ...others] = new Set(pathsOf(found, paths).map((path) => posix.extname(path)));
  return others.length > 0 ? undefined : `${found}${ending}`;
}

/** The pattern that an argument means: its default in the data, or that of all tables, where they are in one folder and of one kind. */
export function patternFor({ default: text }: Argument, tables: readonly Pick<Table, "path">[]): string | undefined {
  const paths = tables.map(({ path }) => path);
  const byDefault = text === null || !isPattern(text) ? undefined : patternInData(text, paths);
  if (byDefault !== undefined) return byDefault;
  const kinds = new Set(paths.map((path) => posix.join(posix.dirname(path), `*${posix.extname(path)}`)));
  const [kind, ...others] = kinds;
  return others.length > 0 ? undefined : kind;
}
