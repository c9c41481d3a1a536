import { reasonOf } from "./duckdb.ts";

/** What DuckDB says when a file turns out not to be what its beginning promised: which file, where, and why. */
export function readingProblem(output: string): string {
  const file = /^\s*file = (.+)$/m.exec(output)?.[1] ?? /in file "([^"]+)"/.exec(output)?.[1];
  const line = /CSV Error on Line: (\d+)/.exec(output)?.[1];
  if (file === undefined || line === undefined) return `the data cannot be read: ${reasonOf(output)}`;
  return `${file.trim().replace(/^\.\//, "")} cannot be read in line ${line}: ${csvReason(output)}`;
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
