import { UserError } from "../errors.ts";

/* Blocks of PEM in a file that people edit: what counts is what they see that counts. */

export interface PemBlock {
  readonly label: string;
  /** From its first line to its last one. */
  readonly pem: string;
}

const BODY = /^[A-Za-z0-9+/=]*$/;

/**
 * The blocks of a text, with words and comments (`#`, `//`) between them. A block that is a comment is none.
 *
 * @param flag what the text came by
 * @throws UserError for half a block: whether somebody took that key out, or damaged it, is not for a program to guess
 */
export function pemBlocks(text: string, flag: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly line: number; readonly lines: string[] } | undefined;
  const broken = (line: number, what: string): UserError =>
    new UserError(
      `${flag}: line ${line}: ${what}. A key counts in whole, from its line BEGIN to its line END: take out all of its lines, or put # before each, where it is not to count.`,
      "evidence",
    );
  for (const [index, whole] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    const line = whole.trim();
    const [, edge, label = ""] = /^-----(BEGIN|END) ([^-]+)-----$/.exec(line) ?? [];
    if (open === undefined) {
      if (edge === "BEGIN") open = { label, line: index + 1, lines: [line] };
      else if (/-----(?:BEGIN|END)/.test(line) && !/^(?:#|\/\/)/.test(line)) {
        throw broken(index + 1, "a key begins or ends here within a line, or ends without a beginning");
      }
    } else if (edge === "END" && label === open.label) {
      blocks.push({ label, pem: `${[...open.lines, line].join("\n")}\n` });
      open = undefined;
    } else if (edge === undefined && BODY.test(line)) open.lines.push(line);
    else throw broken(index + 1, `the key that begins in line ${open.line} does not end before this`);
  }
  if (open !== undefined) throw broken(open.line, "the key that begins here does not end");
  return blocks;
}
