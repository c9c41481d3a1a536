import { describe, expect, test } from "vitest";
import { csvErrorRecord, predicateProblem, readProblem } from "../../../src/tables/read-error.ts";

/** As DuckDB ends what it says of a CSV. */
const SETTINGS = `
  delimiter = , (Set By User)
  quote = " (Set By User)
  header = true (Set By User)
`;

const csvError = (record: number, original: string, problem: string, file: string): string =>
  `Invalid Input Error: CSV Error on Line: ${record}\nOriginal Line: ${original}\n${problem}\nPossible fixes:\n* Enable ignore errors (ignore_errors=true) to skip this row\n\n  file = ${file}${SETTINGS}`;

describe("a CSV that is damaged", () => {
  test.each([
    ["9,0", "Expected Number of Columns: 3 Found: 2", "it has 2 fields, and the header has 3"],
    [
      "# 9,0",
      "Expected Number of Columns: 3 Found: 2",
      "it begins with #, and comments are rows like others: remove such lines",
    ],
    ["9,x,0,1", "Expected Number of Columns: 3 Found: 4", "it has 4 fields, and the header has 3"],
    [
      '9,"row 9,0\n10,row 10,0',
      "\nValue with unterminated quote found.\n",
      "a quotation mark is not closed, or text follows a closing one",
    ],
    [
      "1,f�r",
      "Invalid unicode (byte sequence mismatch) detected. This file is not utf-8 encoded.\n",
      'it is not UTF-8. Save the file as UTF-8, or say what it is with data.encoding ("latin-1", "windows-1252", "utf-16")',
    ],
    ["1,xxxx", "Maximum line size of 2000000 bytes exceeded. Actual Size:3000004 bytes.", "it is longer than 2 MB"],
  ])("%j", (original, problem, reason) => {
    const output = csvError(10, original, problem, "my rows.csv");
    expect(readProblem(output)).toBe(`my rows.csv cannot be read in line 10: ${reason}`);
    expect(readProblem(output, [], 12)).toBe(`my rows.csv cannot be read in line 12: ${reason}`);
  });

  test("for another reason has DuckDB's message", () => {
    expect(readProblem(csvError(3, "x", "Something new", "a.csv"))).toBe(
      "a.csv cannot be read in line 3: Invalid Input Error: CSV Error on Line: 3; Original Line: x; Something new",
    );
  });

  test.each([
    ["./a b/ü.csv", "a b/ü.csv"],
    ["a.csv  ", "a.csv"],
  ])("%j is the file %j", (named, file) => {
    expect(csvErrorRecord(csvError(2, "", "", named))).toEqual({ file, record: 2 });
  });

  test("the file may be named within a sentence", () => {
    expect(csvErrorRecord('Invalid Input Error: CSV Error on Line: 5\nError in file "a.csv": bad')).toEqual({
      file: "a.csv",
      record: 5,
    });
  });
});

describe("other errors", () => {
  test.each([
    [
      "Invalid Input Error: No magic bytes found at end of file 'a.parquet'\n\nLINE 1: select *",
      "the data cannot be read: Invalid Input Error: No magic bytes found at end of file 'a.parquet'",
    ],
    [
      'IO Error: No files found that match the pattern "x.jsonl"\n\nLINE 1: SELECT',
      'the data cannot be read: IO Error: No files found that match the pattern "x.jsonl"',
    ],
    ["Out of Memory Error: failed to allocate\n", "the data cannot be read: Out of Memory Error: failed to allocate"],
    ["", "the data cannot be read: DuckDB did not run"],
  ])("%j", (output, problem) => {
    expect(csvErrorRecord(output)).toBeUndefined();
    expect(readProblem(output)).toBe(problem);
  });
});

test.each([
  [
    'Binder Error: Referenced column "nothing" not found in FROM clause!\nCandidate bindings: "a"\n\nLINE 1: select',
    'there is no column "nothing"',
  ],
  ['Parser Error: syntax error at or near "<="\n\nLINE 2: x', 'Parser Error: syntax error at or near "<="'],
  [
    "Binder Error: Cannot compare values of type VARCHAR and type DOUBLE - an explicit cast is required\n\nLINE 2: x",
    "Binder Error: Cannot compare values of type VARCHAR and type DOUBLE - an explicit cast is required. Text is taken for what data.types says that it is, and a number with a decimal comma is text",
  ],
])("a predicate that DuckDB does not understand: %j", (output, reason) => {
  expect(predicateProblem("data.rules.in order", output)).toBe(
    `data.rules.in order is no predicate over the columns: ${reason}`,
  );
});
