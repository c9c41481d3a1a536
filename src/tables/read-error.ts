import { reasonOf } from "./duckdb.ts";

/** Where DuckDB gave up on a CSV. */
export interface CsvErrorRecord {
  readonly file: string;
  /** Counted from 1, with the header and blank lines; a row that goes over several lines is one. */
  readonly record: number;
}

export function csvErrorRecord(output: string): CsvErrorRecord | undefined {
  const file = failedFile(output);
  const place = /CSV Error on Line: (\d+)/.exec(output)?.[1];
  return file === undefined || place === undefined ? undefined : { file, record: Number(place) };
}

/** The file that DuckDB speaks of. */
export function failedFile(output: string): string | undefined {
  const named = /^\s*file = (.+)$/m.exec(output)?.[1] ?? /in file "([^"]+)"/.exec(output)?.[1];
  return named?.trim().replace(/^\.\//, "");
}

/**
 * What DuckDB says when a file turns out not to be what its beginning promised: which file, where, and why.
 *
 * @param paths the files that were read: of one alone nobody need say that it is the one
 * @param line the line of the file where that place is, as far as it could be told
 */
export function readProblem(output: string, paths: readonly string[] = [], line?: number): string {
  const error = csvErrorRecord(output);
  const only = paths.length === 1 ? paths[0] : undefined;
  const where = error === undefined ? "" : ` in line ${line ?? error.record}`;
  return `${error?.file ?? failedFile(output) ?? only ?? "the data"} cannot be read${where}: ${csvReason(output)}`;
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
  [
    /state machine reached an invalid state/,
    () => "its lines end in several ways (LF, CR LF, CR), or text follows a closing quotation mark",
  ],
  [
    /File is not (utf-16|latin-1) encoded/,
    ([, encoding]) => `it is not ${encoding?.toUpperCase()}, or has letters that cannot be read so: save it as UTF-8`,
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

/** Whether DuckDB speaks of a file, and not of what was asked of it. */
export const isFileError = (output: string): boolean => REASONS.some(([pattern]) => pattern.test(output));
