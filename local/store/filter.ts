import type { TreeFilter } from "./types.ts";

/** One pattern of a `.dockerignore`-like list, ready to be asked about paths. */
interface Pattern {
  readonly negated: boolean;
  /** Whether it matches a path or a directory above it. */
  readonly covers: (path: string) => boolean;
  /** The path components before the first wildcard: where below the root a match can be at all. */
  readonly literal: readonly string[];
  /** No wildcard in it: a match is `literal` itself. */
  readonly exact: boolean;
}

/** Decides which paths of a directory count. */
export interface Matcher {
  /** Whether a file or a directory of this path (relative to the root, without `./`) counts by itself. */
  keeps(path: string): boolean;
  /** Whether anything below the directory of this path can count: where not, nobody needs to look. */
  mayKeepBelow(path: string): boolean;
}

const special = /[*?[\\]/;

/** One `[…]` of a pattern as a regular expression, or a mistake in it. */
function characterClass(pattern: string, start: number): { source: string; end: number } {
  let at = start + 1;
  let source = "[";
  if (pattern[at] === "^") {
    source += "^/";
    at++;
  }
  for (let first = true; ; first = false) {
    const character = pattern[at];
    if (character === undefined) throw new Error(`The pattern ${JSON.stringify(pattern)} has a "[" without its "]".`);
    if (character === "]" && !first) return { source: `${source}]`, end: at + 1 };
    if (character === "\\") at++;
    const escaped = pattern[at] ?? "\\";
    source += character === "-" ? "-" : escaped.replace(/[\]\\^[-]/, "\\$&");
    at++;
  }
}

/** A pattern as a regular expression over whole paths: `*` and `?` stay in one component, `**` crosses them. */
function expressionOf(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; ) {
    if (pattern.startsWith("**/", at)) {
      source += "(?:.*/)?";
      at += 3;
    } else if (pattern.startsWith("**", at)) {
      source += ".*";
      at += 2;
    } else if (pattern[at] === "*") {
      source += "[^/]*";
      at++;
    } else if (pattern[at] === "?") {
      source += "[^/]";
      at++;
    } else if (pattern[at] === "[") {
      const { source: characters, end } = characterClass(pattern, at);
      source += characters;
      at = end;
    } else {
      if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
      source += (pattern[at] ?? "").replace(/[.+*?^$(){}|[\]\\/]/, "\\$&");
      at++;
    }
  }
  try {
    return new RegExp(`^${source}$`, "s");
  } catch (cause) {
    throw new Error(`The pattern ${JSON.stringify(pattern)} is not understood.`, { cause });
  }
}

/** `./a//b/` is `a/b`; what a leading slash says stays, and so matches nothing. */
function cleaned(pattern: string): string {
  const parts = pattern.split("/");
  const kept = parts.filter((part, index) => (part !== "" || index === 0) && part !== ".");
  return kept.join("/");
}

function compile(text: string): Pattern | undefined {
  const trimmed = text.trim();
  const negated = trimmed.startsWith("!");
  const pattern = cleaned(negated ? trimmed.slice(1).trim() : trimmed);
  if (pattern === "") return undefined;
  const parts = pattern.split("/");
  const wild = parts.findIndex((part) => special.test(part));
  return {
    negated,
    covers: coverage(pattern, expressionOf(pattern), wild < 0),
    literal: wild < 0 ? parts : parts.slice(0, wild),
    exact: wild < 0,
  };
}

const compileAll = (patterns: readonly string[] = []): readonly Pattern[] =>
  patterns.map(compile).filter((pattern) => pattern !== undefined);

/**
 * Whether a pattern matches a path or a directory above it: what matches a directory matches all that is in it. Paths come
 * folder by folder, so the answer for the directory that was asked about last is kept.
 */
function coverage(pattern: string, expression: RegExp, exact: boolean): (path: string) => boolean {
  if (exact)
    return (path) => path.startsWith(pattern) && (path.length === pattern.length || path[pattern.length] === "/");
  let directory = "";
  let answer = false;
  const covers = (path: string): boolean => {
    const slash = path.lastIndexOf("/");
    if (slash > 0) {
      const parent = path.slice(0, slash);
      if (parent !== directory) {
        answer = covers(parent);
        directory = parent;
      }
      if (answer) return true;
    }
    return expression.test(path);
  };
  return covers;
}

/** The last pattern that says something about a path decides. */
function matches(patterns: readonly Pattern[], path: string): boolean {
  for (let index = patterns.length - 1; index >= 0; index--) {
    const pattern = patterns[index];
    if (pattern?.covers(path)) return !pattern.negated;
  }
  return false;
}

/** Whether a pattern could match something below `directory`. */
function reaches(pattern: Pattern, directory: string): boolean {
  const parts = directory.split("/");
  const common = Math.min(parts.length, pattern.literal.length);
  for (let index = 0; index < common; index++) if (parts[index] !== pattern.literal[index]) return false;
  return !pattern.exact || pattern.literal.length > parts.length || pattern.covers(directory);
}

/**
 * Compiles a filter as `.dockerignore` has it: patterns count from the root (`data` is the root's alone, double stars
 * reach every depth), `!` takes back, the last match decides. A pattern with a leading slash matches nothing.
 * With `include`, only what it matches counts. Throws on a pattern that cannot be understood, naming it.
 */
export function compileFilter(filter: TreeFilter = {}): Matcher {
  const include = filter.include && filter.include.length > 0 ? compileAll(filter.include) : undefined;
  const exclude = compileAll(filter.exclude);
  return {
    keeps: (path) => (!include || matches(include, path)) && !matches(exclude, path),
    mayKeepBelow: (path) => {
      if (include && !include.some((pattern) => !pattern.negated && reaches(pattern, path)) && !matches(include, path))
        return false;
      return !matches(exclude, path) || exclude.some((pattern) => pattern.negated && reaches(pattern, path));
    },
  };
}

/** Whether a filter lets everything through, so that nobody needs to ask it. */
export const isOpen = (filter: TreeFilter = {}): boolean =>
  (filter.include?.length ?? 0) === 0 && (filter.exclude?.length ?? 0) === 0;

/** Compiles one glob (`*` within a component, `**` across them) to a test of whole paths. */
export function compileGlob(pattern: string): (path: string) => boolean {
  const expression = expressionOf(cleaned(pattern));
  return (path) => expression.test(path);
}
