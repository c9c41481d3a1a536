import { bytesOf, wildmatch } from "./wildmatch.ts";

/** What one line of a `.gitignore` says. */
interface Rule {
  /** It takes back what an earlier line named. */
  readonly negated: boolean;
  /** It ends in a slash: only folders are meant. */
  readonly folders: boolean;
  /** @param path relative to the folder of the file, one character for each byte */
  matches(path: string): boolean;
}

/** The lines of one `.gitignore`. */
export type GitRules = readonly Rule[];

/** The rules of a `.gitignore`, by the text of the file. */
export const gitRules = (text: string): GitRules =>
  text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => withoutTrailingSpaces(line.replace(/\r$/, "")))
    .flatMap((line) => ruleOf(bytesOf(line)) ?? []);

/** Spaces at the end do not count, unless a backslash stands before them; tabs do. */
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === " ") continue;
    if (line[at] === "\\") {
      // Git lets a line as it is that ends in a backslash.
      if (at + 1 >= line.length) return line;
      at += 1;
    }
    end = at + 1;
  }
  return line.slice(0, end);
}

function ruleOf(line: string): Rule | undefined {
  const negated = line.startsWith("!");
  const text = negated ? line.slice(1) : line;
  const folders = text.endsWith("/");
  const pattern = folders ? text.slice(0, -1) : text;
  if (pattern === "") return undefined;
  return { negated, folders, matches: pattern.includes("/") ? pathMatcher(pattern) : nameMatcher(pattern) };
}

/** A pattern without a slash is about the name alone, at any depth. */
function nameMatcher(pattern: string): Rule["matches"] {
  const expression = wildmatch(pattern);
  return (path) => expression.test(path.slice(path.lastIndexOf("/") + 1));
}

/**
 * A pattern with a slash is about the whole path. Git takes off the text before its first special character first, and what is
 * left then is read as a pattern of its own: so `a**` followed by a slash reaches every depth.
 */
function pathMatcher(pattern: string): Rule["matches"] {
  const anchored = pattern.replace(/^\//, "");
  const special = anchored.search(/[*?[\\]/);
  if (special < 0) return (path) => path === anchored;
  const start = anchored.slice(0, special);
  const expression = wildmatch(anchored.slice(special));
  return (path) => path.startsWith(start) && expression.test(path.slice(start.length));
}

/**
 * What the rules of one folder say of a path below it: true for ignored, false for taken back, undefined when no line is about
 * it. The last line that matches decides.
 */
export function gitSays(rules: GitRules, path: string, isFolder: boolean): boolean | undefined {
  const bytes = bytesOf(path);
  const deciding = rules.findLast((rule) => (isFolder || !rule.folders) && rule.matches(bytes));
  return deciding && !deciding.negated;
}
