/* How a command line in the configuration is read: as a shell splits it into words, and never by a shell. */

/** The words of a command line, or why only a shell could carry it out. */
export type Words = { readonly words: readonly string[] } | { readonly problem: string };

/**
 * Splits a command line into words by the rules of a POSIX shell: blanks separate, `'…'` and `"…"` keep blanks, `\` takes the next
 * character as it is. What a shell would do beyond that (pipes, redirections, variables, patterns, comments) is no word, but a problem.
 */
export function splitWords(line: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if (char === "'" || char === '"') {
      const quoted = quotedText(line, at, char);
      if ("problem" in quoted) return quoted;
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      at += 1;
      if (at === line.length) return { problem: "it ends in a backslash" };
      word = (word ?? "") + line[at];
    } else if (char === " " || char === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const needed = word === undefined ? (AT_START[char] ?? ANYWHERE[char]) : ANYWHERE[char];
      if (needed !== undefined) return { problem: `${JSON.stringify(char)} ${needed}` };
      word = (word ?? "") + char;
    }
  }
  if (word !== undefined) words.push(word);
  return { words };
}

const OPERATOR = "is an operator of a shell";
const PATTERN = "is a pattern that a shell replaces by the names of files";
const SUBSTITUTION = "is replaced by a shell";

/** What stands for something else wherever it is. */
const ANYWHERE: Readonly<Record<string, string>> = {
  ...{ "|": OPERATOR, "&": OPERATOR, ";": OPERATOR, "<": OPERATOR, ">": OPERATOR, "(": OPERATOR, ")": OPERATOR },
  ...{ "\n": "ends a command", "\r": "ends a command", "*": PATTERN, "?": PATTERN, "[": PATTERN },
  ...{ $: SUBSTITUTION, "`": SUBSTITUTION },
};
/** What stands for something else at the start of a word. */
const AT_START: Readonly<Record<string, string>> = { "~": SUBSTITUTION, "#": "begins a comment" };

/** The text between quotes that begin at `start`, and where they end. */
function quotedText(
  line: string,
  start: number,
  quote: string,
): { readonly text: string; readonly end: number } | { readonly problem: string } {
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const char = line[at] ?? "";
    if (char === quote) return { text, end: at };
    if (quote === '"' && (char === "$" || char === "`")) return { problem: `${JSON.stringify(char)} ${SUBSTITUTION}` };
    const escaped = quote === '"' && char === "\\" && /["\\$`]/.test(line[at + 1] ?? "");
    if (escaped) at += 1;
    text += line[at] ?? "";
  }
  return { problem: `a ${quote} is not closed` };
}
