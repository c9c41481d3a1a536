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
    .map(trimmed)
    .filter((line) => line !== "")
    .map(rooted);

/** Go and JavaScript differ in what is space: a byte-order mark is none to Go, U+0085 is. */
const trimmed = (text: string): string => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

/** A slash at the beginning of a line stands for the root, where all patterns start. */
function rooted(line: string): string {
  const negated = line.startsWith("!");
  const pattern = negated ? trimmed(line.slice(1)) : line;
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
  const line = trimmed(text);
  const negated = line.startsWith("!");
  const written = negated ? line.slice(1) : line;
  if (written === "" && !negated) return undefined;
  if (written === "") throw new UserError(`${where}: "!" takes back nothing: a pattern follows it.`);
  const pattern = posix.join(written).replace(/(.)\/$/, "$1");
  try {
    return { negated, matches: matcherOf(pattern) };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new UserError(`${where}: ${JSON.stringify(text)} is no pattern: ${error.message}.`);
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

/** What is wrong with a pattern, as the end of a sentence. */
class PatternError extends Error {}

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
      const escaped = escapedAt(pattern, at);
      source += escaped === "^" ? "\\^" : literal(escaped);
      form = "expression";
      at += 2;
    } else {
      source += literal(character);
      at += character.length;
    }
  }
  return { source, form };
}

/**
 * The character behind a backslash. Before letters and digits Go's expressions take it for something else (`\d` is any digit), so
 * that a path as it is written on Windows would name nothing without a word.
 */
function escapedAt(pattern: string, at: number): string {
  const escaped = pattern[at + 1];
  if (escaped === undefined) throw new PatternError("nothing follows the backslash");
  if (!/[!-/:-@[-`{-~\s]/.test(escaped)) {
    throw new PatternError(`a backslash stands before ${JSON.stringify(escaped)}, and a slash is what parts folders`);
  }
  return escaped;
}

/**
 * Translates `[…]` by Go's rules: at least one member, each a class such as `[:digit:]`, a character or a range of two; `-` and `]`
 * only behind a backslash.
 *
 * @throws PatternError for another form
 */
function bracketAt(pattern: string, start: number): { readonly source: string; readonly end: number } {
  const negated = pattern[start + 1] === "^";
  let at = start + (negated ? 2 : 1);
  const member = (): number => {
    if (pattern[at] === "-" || pattern[at] === "]") throw new PatternError("a - or ] in [] without a backslash");
    if (pattern[at] === "\\") {
      escapedAt(pattern, at);
      at += 1;
    }
    const code = pattern.codePointAt(at);
    if (code === undefined) throw new PatternError("a [ without its ]");
    at += code > 0xffff ? 2 : 1;
    return code;
  };
  let source = negated ? "[^" : "[";
  do {
    const [named, name] = /^\[:(\^?\w*):\]/.exec(pattern.slice(at)) ?? [];
    if (named !== undefined && name !== undefined) {
      source += classOf(name);
      at += named.length;
      continue;
    }
    const first = member();
    source += codeOf(first);
    if (pattern[at] === "-") {
      at += 1;
      const last = member();
      if (last < first) throw new PatternError("a range in [] that ends before it begins");
      source += `-${codeOf(last)}`;
    }
  } while (pattern[at] !== "]");
  return { source: `${source}]`, end: at + 1 };
}

/** The members of `[:name:]`; `[:^name:]` is what is not in it. */
function classOf(name: string): string {
  const members = CLASSES.get(name.replace("^", ""));
  if (members === undefined) throw new PatternError(`there is no class [:${name}:]`);
  if (!name.startsWith("^")) return members;
  const one = new RegExp(`[${members}]`);
  const others = Array.from({ length: 128 }, (_, code) => code).filter((code) => !one.test(String.fromCharCode(code)));
  return `${others.map(codeOf).join("")}\\u{80}-\\u{10ffff}`;
}

/** Go's classes, which hold ASCII alone. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ["alnum", "0-9A-Za-z"],
  ["alpha", "A-Za-z"],
  ["ascii", "\\x00-\\x7f"],
  ["blank", "\\t "],
  ["cntrl", "\\x00-\\x1f\\x7f"],
  ["digit", "0-9"],
  ["graph", "!-~"],
  ["lower", "a-z"],
  ["print", " -~"],
  ["punct", "!-\\/:-@\\[-`\\{-~"],
  ["space", "\\t\\n\\v\\f\\r "],
  ["upper", "A-Z"],
  ["word", "0-9A-Za-z_"],
  ["xdigit", "0-9A-Fa-f"],
]);

const codeOf = (code: number): string => `\\u{${code.toString(16)}}`;

const literal = (character: string): string => (/[$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character);
