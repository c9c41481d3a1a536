import { posix } from "node:path";
import { UserError } from "../../errors.ts";

/*
 * The rules of `.dockerignore`, as Docker reads them (moby/patternmatcher): patterns start at the root, the last one that matches
 * a path or a folder above it decides, and `!` takes back.
 */

interface Pattern {
  readonly negated: boolean;
  matches(path: string): boolean;
}

/** Says whether a path, relative to the root, is named. */
export type DockerMatcher = (path: string) => boolean;

/** The lines of a `.dockerignore` that are patterns. */
export const dockerignoreLines = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(rooted);

/** A slash at the beginning of a line stands for the root, where all patterns start. */
function rooted(line: string): string {
  const negated = line.startsWith("!");
  const pattern = negated ? line.slice(1).trim() : line;
  if (pattern === "") return line;
  const cleaned = posix.join(pattern).replace(/(.)\/$/, "$1");
  return (negated ? "!" : "") + (cleaned.length > 1 ? cleaned.replace(/^\//, "") : cleaned);
}

/**
 * Compiles patterns.
 *
 * @param where they stand, for messages
 * @throws UserError for a pattern that Docker refuses
 */
export function dockerMatcher(patterns: readonly string[], where: string): DockerMatcher {
  const compiled = patterns.flatMap((text) => patternOf(text, where) ?? []);
  return (path) => {
    const parents = parentsOf(path);
    let named = false;
    for (const pattern of compiled) {
      if (pattern.negated !== named) continue;
      if (pattern.matches(path) || parents.some((parent) => pattern.matches(parent))) named = !pattern.negated;
    }
    return named;
  };
}

/** The folders above a path, from the root on. */
const parentsOf = (path: string): string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index)).filter((parent) => parent !== "");

function patternOf(text: string, where: string): Pattern | undefined {
  const trimmed = text.trim();
  const negated = trimmed.startsWith("!");
  const written = negated ? trimmed.slice(1) : trimmed;
  if (written === "" && !negated) return undefined;
  if (written === "") throw new UserError(`${where}: "!" takes back nothing: a pattern follows it.`);
  const pattern = posix.join(written).replace(/(.)\/$/, "$1");
  try {
    return { negated, matches: matcherOf(pattern) };
  } catch {
    throw new UserError(`${where}: ${JSON.stringify(text)} is no pattern: a [ without its ], or a range that is none.`);
  }
}

/** Docker compares the text where a pattern has no special character, or stars at one end alone. */
function matcherOf(pattern: string): Pattern["matches"] {
  const { source, form } = expressionOf(pattern);
  if (form === "text") return (path) => path === pattern;
  if (form === "prefix") return (path) => path.startsWith(pattern.slice(0, -2));
  if (form === "suffix") {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
  }
  const expression = new RegExp(`^${source}$`, "su");
  return (path) => expression.test(path);
}

type Form = "text" | "prefix" | "suffix" | "expression";

function expressionOf(pattern: string): { readonly source: string; readonly form: Form } {
  let source = "";
  let form: Form = "text";
  for (let at = 0, first = true; at < pattern.length; first = false) {
    const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (pattern.startsWith("**", at)) {
      at += pattern[at + 2] === "/" ? 3 : 2;
      const last = at >= pattern.length;
      source += last ? ".*" : "(?:.*/)?";
      if (first) form = "suffix";
      else form = last && form === "text" ? "prefix" : "expression";
    } else if (character === "*" || character === "?") {
      source += character === "*" ? "[^/]*" : "[^/]";
      form = "expression";
      at += 1;
    } else if (character === "[") {
      const bracket = bracketAt(pattern, at);
      source += bracket.source;
      form = "expression";
      at = bracket.end;
    } else if (character === "\\") {
      if (at + 1 >= pattern.length) throw new Error("nothing follows the backslash");
      const escaped = String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0);
      source += escaped === "^" ? "\\^" : literal(escaped);
      form = "expression";
      at += 1 + escaped.length;
    } else {
      source += literal(character);
      at += character.length;
    }
  }
  return { source, form };
}

/**
 * Translates `[…]` by Go's rules: at least one member, each a character or a range of two; `-` and `]` only behind a backslash.
 *
 * @throws Error for another form
 */
function bracketAt(pattern: string, start: number): { readonly source: string; readonly end: number } {
  const negated = pattern[start + 1] === "^";
  let at = start + (negated ? 2 : 1);
  const member = (): string => {
    if (pattern[at] === "-" || pattern[at] === "]") throw new Error("a - or ] without a backslash");
    if (pattern[at] === "\\") at += 1;
    const code = pattern.codePointAt(at);
    if (code === undefined) throw new Error("no end of the set");
    at += code > 0xffff ? 2 : 1;
    return `\\u{${code.toString(16)}}`;
  };
  let source = negated ? "[^" : "[";
  do {
    source += member();
    if (pattern[at] === "-") {
      at += 1;
      source += `-${member()}`;
    }
  } while (pattern[at] !== "]");
  return { source: `${source}]`, end: at + 1 };
}

const literal = (character: string): string => (/[$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);
