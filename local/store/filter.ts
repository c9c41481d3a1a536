import type { TreeFilter } from "./types.ts";

/** A compiled pattern of a list like `.dockerignore`. */
interface Pattern {
  readonly negated: boolean;
  /** Says whether it matches a path or a directory above it. */
  readonly covers: (path: string) => boolean;
  /** The path components before the first wildcard: only below them can it match. */
  readonly literal: readonly string[];
  /** Whether it has no wildcard, so that it only matches `literal` itself. */
  readonly exact: boolean;
}

export interface Matcher {
  /** Says whether a file or directory is kept. Its path is relative to the root, without `./`. */
  keeps(path: string): boolean;
  /** Says whether anything below a directory may be kept. If not, nobody needs to read that directory. */
  mayKeepBelow(path: string): boolean;
}

const special = /[*?[\\]/;

/**
 * Translates the `[…]` of a pattern to a regular expression.
 * | @throws Error for a mistake in it
 */
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

/**
 * Translates a pattern to a regular expression over whole paths. `*` and `?` stay within a component, `**` crosses
 * components.
 */
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

/** Cleans a pattern: `./a//b/` becomes `a/b`. A leading slash is kept, so that it matches nothing. */
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
 * Tells whether a pattern matches a path or a directory above it, because a match of a directory includes its content.
 * Paths come folder by folder, so the answer for the last directory is remembered.
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

/** Decides by the last pattern that matches. */
function matches(patterns: readonly Pattern[], path: string): boolean {
  for (let index = patterns.length - 1; index >= 0; index--) {
    const pattern = patterns[index];
    if (pattern?.covers(path)) return !pattern.negated;
  }
  return false;
}

/** Says whether a pattern could match something below `directory`. */
function reaches(pattern: Pattern, directory: string): boolean {
  const parts = directory.split("/");
  const common = Math.min(parts.length, pattern.literal.length);
  for (let index = 0; index < common; index++) if (parts[index] !== pattern.literal[index]) return false;
  return !pattern.exact || pattern.literal.length > parts.length || pattern.covers(directory);
}

/** Says whether a list excludes a directory with all below it: only a later `!` could take something of it back. */
function isWholeExcluded(exclude: readonly Pattern[], directory: string): boolean {
  const last = exclude.findLast((pattern) =>
    pattern.negated ? reaches(pattern, directory) : pattern.covers(directory),
  );
  return last !== undefined && !last.negated;
}

/**
 * Compiles a filter by the rules of `.dockerignore`: patterns start at the root (`data` is only the root's, `**`
 * reaches every depth), `!` takes back, and the last match decides. A pattern with a leading slash matches nothing.
 * With `include`, only what it matches is kept.
 * | @throws Error naming a pattern that cannot be understood
 */
export function compileFilter(filter: TreeFilter = {}): Matcher {
  const include = filter.include && filter.include.length > 0 ? compileAll(filter.include) : undefined;
  const exclude = compileAll(filter.exclude);
  return {
    keeps: (path) => (!include || matches(include, path)) && !matches(exclude, path),
    mayKeepBelow: (path) => {
      if (include && !include.some((pattern) => !pattern.negated && reaches(pattern, path)) && !matches(include, path))
        return false;
      return !isWholeExcluded(exclude, path);
    },
  };
}

/** Says whether a filter keeps everything. */
export const isOpen = (filter: TreeFilter = {}): boolean =>
  (filter.include?.length ?? 0) === 0 && (filter.exclude?.length ?? 0) === 0;

/** Compiles one glob to a test of whole paths. `*` stays within a component, `**` crosses components. */
export function compileGlob(pattern: string): (path: string) => boolean {
  const expression = expressionOf(cleaned(pattern));
  return (path) => expression.test(path);
}
