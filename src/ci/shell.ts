import type { Call, Fact, Word } from "./workflow.ts";

/* Calls as lines of a shell. What comes from elsewhere is a variable in quotation marks: nothing of it is read as a command. */

/** How a system names what it knows, as a shell takes it: `$CI_COMMIT_SHA`. */
export type FactVariables = Readonly<Record<Fact, string>>;

/** Lines are as wide as a page of documentation. */
const WIDTH = 110;

/**
 * A call as lines of a shell, the later ones indented.
 *
 * @param program what stands before the words: `ml-pipeline`
 */
export function shellLines(program: string, { words }: Pick<Call, "words">, facts: FactVariables): string[] {
  const lines: string[] = [];
  let line = program;
  for (const word of words.map((one) => shellWord(one, facts))) {
    if (line.length + word.length + " \\".length > WIDTH) {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else line = `${line} ${word}`;
  }
  return [...lines, line];
}

function shellWord(word: Word, facts: FactVariables): string {
  if (typeof word === "string") return quoted(word);
  const variable = "fact" in word ? facts[word.fact] : `$${"output" in word ? word.output : word.variable}`;
  return `${quoted(word.before)}"${variable}"`;
}

/** As it is where a shell reads nothing into it. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
