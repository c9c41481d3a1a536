/*
 * Git's patterns (wildmatch.c) as regular expressions. Git compares bytes, so both pattern and path are written with one character
 * for each byte of their UTF-8.
 */

/** The UTF-8 bytes of a text, one character each. */
export const bytesOf = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");

/** Matches nothing: what git makes of a pattern that breaks off. */
const NEVER = "(?!)";

/**
 * Compiles a pattern. `*` and `?` do not match a slash; `**` matches any number of folders where it stands alone between slashes.
 */
export function wildmatch(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; ) {
    const character = pattern.charAt(at);
    if (character === "*") {
      const [stars, end] = starsAt(pattern, at);
      source += stars;
      at = end;
    } else if (character === "?") {
      source += "[^/]";
      at += 1;
    } else if (character === "[") {
      const [set, end] = bracketAt(pattern, at);
      source += set;
      at = end;
    } else if (character === "\\") {
      source += at + 1 < pattern.length ? literal(pattern.charAt(at + 1)) : NEVER;
      at += 2;
    } else {
      source += literal(character);
      at += 1;
    }
  }
  return new RegExp(`^${source}$`, "s");
}

/** The expression of one or more stars, and where the pattern goes on after them. */
function starsAt(pattern: string, start: number): [source: string, end: number] {
  let end = start;
  while (pattern[end] === "*") end += 1;
  const rest = pattern.slice(end);
  const alone =
    end - start >= 2 &&
    (start === 0 || pattern[start - 1] === "/") &&
    (rest === "" || rest.startsWith("/") || rest.startsWith("\\/"));
  if (!alone) return ["[^/]*", end];
  // Only a slash that is not escaped may be left out together with the stars.
  return rest.startsWith("/") ? ["(?:.*/)?", end + 1] : [".*", end];
}

/** The expression of `[…]`, and where the pattern goes on after it. */
function bracketAt(pattern: string, start: number): [source: string, end: number] {
  const first = pattern[start + 1];
  const negated = first === "!" || first === "^";
  const set = new Set<number>();
  let at = start + (negated ? 2 : 1);
  let previous = 0;
  do {
    const found = memberAt(pattern, at, previous);
    if (found === undefined) return [NEVER, pattern.length];
    for (const code of found.codes) set.add(code);
    previous = found.previous;
    at = found.end;
  } while (pattern[at] !== "]");
  const members = [...set].map((code) => `\\x${code.toString(16).padStart(2, "0")}`).join("");
  const matching = negated ? `[^${members}]` : members === "" ? NEVER : `[${members}]`;
  return [`(?!/)${matching}`, at + 1];
}

/** A part of `[…]`: one byte, a range that `previous` begins, or a named class. */
interface Member {
  readonly codes: readonly number[];
  /** The byte that a range may begin with; 0 for none. */
  readonly previous: number;
  readonly end: number;
}

/** The part at a place; undefined where the pattern breaks off or names a class that there is not. */
function memberAt(pattern: string, at: number, previous: number): Member | undefined {
  if (at >= pattern.length) return undefined;
  const character = pattern[at];
  const next = pattern[at + 1];
  if (character === "-" && previous !== 0 && next !== undefined && next !== "]") {
    const last = escapedAt(pattern, at + 1);
    return last && { codes: between(previous, last.code), previous: 0, end: last.end };
  }
  if (character === "[" && next === ":") {
    const end = pattern.indexOf("]", at + 2);
    if (end < 0) return undefined;
    if (end - at >= 3 && pattern[end - 1] === ":") {
      const codes = CLASSES.get(pattern.slice(at + 2, end - 1));
      return codes && { codes, previous: 0, end: end + 1 };
    }
  }
  const one = escapedAt(pattern, at);
  return one && { codes: [one.code], previous: one.code, end: one.end };
}

function escapedAt(pattern: string, at: number): { readonly code: number; readonly end: number } | undefined {
  const place = pattern[at] === "\\" ? at + 1 : at;
  return place < pattern.length ? { code: pattern.charCodeAt(place), end: place + 1 } : undefined;
}

const between = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

const codesOf = (expression: RegExp): number[] =>
  between(0, 127).filter((code) => expression.test(String.fromCharCode(code)));

/** Git's own classes, which hold no byte beyond ASCII; it does not take a form feed or a vertical tab for space. */
const CLASSES: ReadonlyMap<string, readonly number[]> = new Map([
  ["alnum", codesOf(/[0-9a-z]/i)],
  ["alpha", codesOf(/[a-z]/i)],
  ["blank", codesOf(/[ \t]/)],
  ["cntrl", [...between(0, 31), 127]],
  ["digit", codesOf(/[0-9]/)],
  ["graph", codesOf(/[!-~]/)],
  ["lower", codesOf(/[a-z]/)],
  ["print", codesOf(/[ -~]/)],
  ["punct", codesOf(/[!-/:-@[-`{-~]/)],
  ["space", codesOf(/[ \t\n\r]/)],
  ["upper", codesOf(/[A-Z]/)],
  ["xdigit", codesOf(/[0-9a-f]/i)],
]);

const literal = (character: string): string =>
  /[\w/]/.test(character) ? character : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
