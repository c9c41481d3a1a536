import { reasonOf } from "./duckdb.ts";

/** Where DuckDB gave up on a CSV. */
export interface Unread {
  readonly file: string;
  /** Counted from 1, with the header and blank lines; a row that goes over several lines is one. */
  readonly place: number;
}

export function unreadPlace(output: string): Unread | undefined {
  const file = /^\s*file = (.+)$/m.exec(output)?.[1] ?? /in file "([^"]+)"/.exec(output)?.[1];
  const place = /CSV Error on Line: (\d+)/.exec(output)?.[1];
  if (file === undefined || place === undefined) return undefined;
  return { file: file.trim().replace(/^\.\//, ""), place: Number(place) };
}

/**
 * What DuckDB says when a file turns out not to be what its beginning promised: which file, where, and why.
 *
 * @param line the line of the file where that place is, as far as it could be told
 */
export function readingProblem(output: string, line?: number): string {
  const unread = unreadPlace(output);
  if (unread === undefined) return `the data cannot be read: ${reasonOf(output)}`;
  return `${unread.file} cannot be read in line ${line ?? unread.place}: ${csvReason(output)}`;
}

const REASONS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /Expected Number of Columns: (\d+) Found: (\d+)/,
    ([, expected, found]) => `it has ${found} fields, and the header has ${expected}`,
  ],
  [/unterminated quote/, () => "a quotation mark is not closed, or text follows a closing one"],
  [
    /Invalid unicode/,
    () => 'it is not UTF-8. Save the file as UTF-8, or say what it is with data.encoding ("latin-1", "utf-16")',
  ],
  [/Maximum line size of (\d+) bytes exceeded/, ([, most]) => `it is longer than ${most} bytes`],
];

function csvReason(output: string): string {
  for (const [pattern, reason] of REASONS) {
    const match = pattern.exec(output);
    if (match !== null) return reason(match);
  }
  return reasonOf(output);
}

/** What DuckDB says of a predicate that it cannot carry out. */
export function predicateProblem(name: string, output: string): string {
  const reason = reasonOf(output);
  const hint = /\bVARCHAR\b/.test(reason) ? ". Text is taken for what data.types says that it is" : "";
  return `data.rules.${name} is no predicate over the columns: ${reason}${hint}`;
}
