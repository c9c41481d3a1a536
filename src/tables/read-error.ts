import { byteText } from "../text.ts";
import { reasonOf } from "./duckdb.ts";

/** The CSV record that DuckDB could not read. */
export interface CsvErrorRecord {
  readonly file: string;
  /** Counted from 1, including the header and blank lines; a record that spans several lines counts once. */
  readonly record: number;
}

export function csvErrorRecord(output: string): CsvErrorRecord | undefined {
  const file = failedFile(output);
  const place = /CSV Error on Line: (\d+)/.exec(output)?.[1];
  return file === undefined || place === undefined ? undefined : { file, record: Number(place) };
}

/** The file in DuckDB's error message. */
export function failedFile(output: string): string | undefined {
  const named = /^\s*file = (.+)$/m.exec(output)?.[1] ?? /in file "([^"]+)"/.exec(output)?.[1];
  return named?.trim().replace(/^\.\//, "");
}

/**
 * Explains a read error of DuckDB: which file, where, and why.
 *
 * @param paths the files that were read; a single one is named even if the error does not name it
 * @param line the line of the record, if it could be determined
 */
export function readProblem(printed: string, paths: readonly string[] = [], line?: number): string {
  const output = withOwnLine(printed);
  const error = csvErrorRecord(output);
  const only = paths.length === 1 ? paths[0] : undefined;
  const where = error === undefined ? (lineOfJson(output) ?? "") : ` in line ${line ?? error.record}`;
  return `${error?.file ?? failedFile(output) ?? only ?? "the data"} cannot be read${where}: ${csvReason(output)}`;
}

/** For malformed JSON, DuckDB gives the number of the next line. */
const withOwnLine = (output: string): string =>
  output.replace(
    /(Malformed JSON [\s\S]*? in line )(\d+)/,
    (_, before: string, line: string) => before + (Number(line) - 1),
  );

/** Where JSON is read, DuckDB's message has the place in its words. */
const lineOfJson = (output: string): string | undefined =>
  /JSON transform error in file .*?,( in line \d+):/.exec(output)?.[1];

const REASONS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /Original Line: #[\s\S]*?Expected Number of Columns/,
    () => "it begins with #, and comments are rows like others: remove such lines",
  ],
  [/in line \d+: Object .* has duplicate key "(.*?)"/, ([, key]) => `a line has the key "${key}" more than once`],
  [
    /Expected Number of Columns: (\d+) Found: (\d+)/,
    ([, expected, found]) => `it has ${found} fields, and the header has ${expected}`,
  ],
  [/unterminated quote/, () => "a quotation mark is not closed, or text follows a closing one"],
  [
    /Invalid unicode/,
    () =>
      'it is not UTF-8. Save the file as UTF-8, or say what it is with data.encoding ("latin-1", "windows-1252", "utf-16")',
  ],
  [
    /state machine reached an invalid state/,
    () =>
      "its lines end in several ways (LF, CR LF, CR), or text follows a closing quotation mark. Let all lines end alike, as `dos2unix` makes them",
  ],
  [
    /File is not (utf-16|latin-1) encoded/,
    ([, encoding]) => `it is not ${encoding?.toUpperCase()}, or has letters that cannot be read so: save it as UTF-8`,
  ],
  [/Maximum line size of (\d+) bytes exceeded/, ([, most]) => `it is longer than ${byteText(Number(most))}`],
];

function csvReason(output: string): string {
  for (const [pattern, reason] of REASONS) {
    const match = pattern.exec(output);
    if (match !== null) return reason(match);
  }
  return reasonOf(output);
}

/**
 * Explains DuckDB's error for a predicate.
 *
 * @param rule its configuration key
 */
export function predicateProblem(rule: string, output: string): string {
  const reason = reasonOf(output)
    .replace(/^Invalid Input Error: Only SELECT statements .*/, "it is more than one expression")
    .replace(/^Invalid Input Error: /, "")
    .replace("HUGEINT", "DOUBLE")
    .replace(
      /^.*Referenced column ("[^"]*") (?:was not found because the FROM clause is missing|not found in FROM clause!.*)/,
      "there is no column $1",
    );
  const hint = /\bVARCHAR\b/.test(reason)
    ? ". Text is taken for what data.types says that it is, and a number with a decimal comma is text"
    : "";
  return `${rule} is no predicate over the columns: ${reason}${hint}`;
}

/** Whether DuckDB's error is about a file and not about the query. */
export const isFileError = (output: string): boolean => REASONS.some(([pattern]) => pattern.test(output));
