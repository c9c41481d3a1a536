/* What a forge would do with Markdown beside showing it. Signs of no width keep it from that, and change nothing that is seen. */

const NO_WIDTH = "\u200b";

/** A fence of a block of code. */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** Changes the lines that are outside of blocks of code. */
function outsideOfCode(markdown: string, change: (line: string) => string): string {
  let fence: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1];
      if (fence === undefined && mark === undefined) return change(line);
      if (fence === undefined) fence = mark;
      else if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
      return line;
    })
    .join("\n");
}

/** A name that somebody is called by, also with the backslash of what is escaped, or with the brackets of an account of Bitbucket. */
const MENTION = /(?<![A-Za-z0-9])@(?=\\?[\w{-])/g;

/**
 * Nobody is told of a comment for a name in it, such as that of a column. What is certainly code stays as it is: there no forge looks for
 * names.
 */
export function withoutMentions(markdown: string): string {
  // A row of backticks, a tag or a cell that goes on decides what is code up to the end of its paragraph.
  let isUnsure = false;
  return outsideOfCode(markdown, (line) => {
    if (line.trim() === "") isUnsure = false;
    const parts = isUnsure ? { text: [line], code: [], isSure: false } : partsOf(line);
    isUnsure = !parts.isSure;
    return parts.text
      .map((text, index) => text.replaceAll(MENTION, `@${NO_WIDTH}`) + (parts.code[index] ?? ""))
      .join("");
  });
}

interface Parts {
  readonly text: readonly string[];
  /** Each comes after the text of its index. */
  readonly code: readonly string[];
  /** Whether the next line begins outside of code. */
  readonly isSure: boolean;
}

/** A sign that is escaped, the row of backticks that code begins with, or what a tag begins with. */
const OPENING = /\\[!-/:-@[-`{-~]|`+|</g;

/** The text and the code of a line. From where it cannot be told what is code, all is text. */
function partsOf(line: string): Parts {
  const [text, code]: [string[], string[]] = [[], []];
  const opening = new RegExp(OPENING);
  let start = 0;
  let isSure = true;
  for (let found = opening.exec(line); isSure && found !== null; found = opening.exec(line)) {
    const [row] = found;
    if (row.startsWith("\\")) continue;
    const end = row === "<" ? undefined : endOfCode(line, opening.lastIndex, row);
    isSure = end !== undefined;
    if (end === undefined) continue;
    text.push(line.slice(start, found.index));
    code.push(line.slice(found.index, end));
    start = end;
    opening.lastIndex = end;
  }
  return { text: [...text, line.slice(start)], code, isSure };
}

/** Where code ends that begins with a row of backticks: after another one of as many, if that is in the same cell of a table. */
function endOfCode(line: string, from: number, row: string): number | undefined {
  for (const found of line.slice(from).matchAll(/`+/g)) {
    if (found[0] !== row) continue;
    const code = line.slice(from, from + found.index);
    return /(?<!\\)\|/.test(code) ? undefined : from + found.index + row.length;
  }
  return undefined;
}

/** A line such as `/merge` is an order to GitLab, whoever's words it has; what it takes for code is not what others do. */
export const withoutQuickActions = (markdown: string): string =>
  markdown.replaceAll(/^([^\S\n]*)\/(?=\w)/gm, `$1${NO_WIDTH}/`);

/** Parts that are folded away, as parts with a title. */
export const withoutFolding = (markdown: string): string =>
  outsideOfCode(markdown, (line) =>
    line === "</details>" ? "" : line.replace(/^<details><summary>(.*)<\/summary>$/, "**$1**"),
  );
