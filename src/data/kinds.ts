import { columnsOf } from "../tables/columns.ts";
import type { DescribedFile } from "../tables/describe.ts";

/** Files with about the same columns. */
export interface Kind {
  readonly files: readonly DescribedFile[];
  readonly columns: ReadonlySet<string>;
}

/** Files share a kind when at least so many of all their columns are in both: the evaluation data may lack the label. */
const COMMON = 0.5;

/** The kinds of tables among some files, in the order of their first files. */
export function kindsOf(files: readonly DescribedFile[]): Kind[] {
  const kinds: { readonly files: DescribedFile[]; readonly columns: Set<string> }[] = [];
  for (const file of files) {
    const names = columnsOf([file]).map(({ name }) => name);
    const kind = kinds.find(({ columns }) => likeness(columns, names) >= COMMON);
    if (kind === undefined) kinds.push({ files: [file], columns: new Set(names) });
    else {
      kind.files.push(file);
      for (const name of names) kind.columns.add(name);
    }
  }
  return kinds;
}

/** The share of all columns that are in both; 1 for two tables without any. */
function likeness(columns: ReadonlySet<string>, names: readonly string[]): number {
  const all = new Set([...columns, ...names]).size;
  return all === 0 ? 1 : names.filter((name) => columns.has(name)).length / all;
}

/** A kind that is to be a table of its own. */
export interface NamedKind extends Kind {
  readonly name: string;
  /** The patterns of its files; absent where its name says which they are. */
  readonly patterns?: readonly string[];
}

/** With more files, patterns in place of names are shorter. */
const MAX_LISTED = 8;

/** Names for kinds, made of the names of their files. */
export function nameKinds(kinds: readonly Kind[]): NamedKind[] {
  const taken = new Set<string>();
  return kinds.map((kind) => {
    const paths = kind.files.map(({ path }) => path);
    const name = unused(nameOf(paths), taken);
    taken.add(name);
    const others = kinds.filter((one) => one !== kind).flatMap(({ files }) => files.map(({ path }) => path));
    const own = paths.every((path) => isCalled(path, name)) && !others.some((path) => isCalled(path, name));
    return { ...kind, name, ...(own ? {} : { patterns: patternsFor(paths, others) }) };
  });
}

/** Whether a path is one of `NAME.*` and `NAME/**`. */
const isCalled = (path: string, name: string): boolean =>
  path.startsWith(`${name}/`) || (path.startsWith(`${name}.`) && !path.slice(name.length).includes("/"));

function unused(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const number = Array.from({ length: taken.size + 1 }, (_, at) => at + 2).find((at) => !taken.has(`${name}-${at}`));
  return `${name}-${number}`;
}

/** What all paths begin with, up to a number or the end of a word; the name of the first file where that is nothing. */
function nameOf(paths: readonly string[]): string {
  const [first = "", ...others] = paths;
  const alone = first.replace(/(?<=[^/])(\.\w+)+$/, "");
  if (others.length === 0) return alone;
  let length = first.length;
  for (const path of others) while (!path.startsWith(first.slice(0, length))) length--;
  const isWord = (at: number): boolean => paths.some((path) => /\p{L}{2}/u.test(path.slice(at - 1, at + 1)));
  while (length > 0 && isWord(length)) length--;
  const common = first.slice(0, length).replace(/[^/]*=[^/]*$/, "");
  return common.replace(/[\d\s._/-]+$/, "") || alone;
}

/** The paths, or patterns for their numbers where there are many and the patterns are of no other file. */
function patternsFor(paths: readonly string[], others: readonly string[]): readonly string[] {
  const pattern = (path: string): string => path.replace(/\d+/g, "*");
  const patterns = [...new Set(paths.map(pattern))];
  const theirs = new Set(others.map(pattern));
  return paths.length <= MAX_LISTED || patterns.some((one) => theirs.has(one)) ? paths : patterns;
}

const MAX_SHOWN = 4;

/** The first file of each kind: `inputs.csv; rows.csv and 2 more`. */
export const kindsText = (kinds: readonly Kind[]): string =>
  kinds
    .slice(0, MAX_SHOWN)
    .map(({ files }) => `${files[0]?.path}${files.length > 1 ? ` and ${files.length - 1} more` : ""}`)
    .concat(kinds.length > MAX_SHOWN ? ["…"] : [])
    .join("; ");
