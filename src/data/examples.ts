import { z } from "zod";
import { parseValue } from "../json.ts";
import type { DescribedFile } from "../tables/describe.ts";
import { FILE_COLUMN, identifier, type TableFormat, toJson } from "../tables/sql.ts";
import type { View } from "../tables/view.ts";
import type { Check } from "./rules/rule.ts";

/** How many rows are shown of those that break one rule. */
export const MOST_EXAMPLES = 10;

/** A row that breaks a rule; part of `report.json`. */
export interface ExampleRow {
  readonly file: string;
  /** The number of the row in its file, from 1, without a header. */
  readonly row: number;
  /** The line where it begins, in a file of lines. */
  readonly line?: number;
  /** What it has in the columns that the rule is about, cut to 100 letters; null where there is nothing. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** A row as the query gives it: numbered over all files. */
const foundRowsSchema = z.array(
  z.object({ file: z.string(), place: z.number(), values: z.array(z.string().nullable()) }),
);

export const EXAMPLES = "examples.json";

const SHOWN_LETTERS = 100;
const PLACE = identifier("ml_pipeline_place");

/**
 * A script that finds the first rows which break each of these checks, in one more pass. Rows are numbered as they come, which
 * is in the order of the files.
 */
export function findExamples(view: View, checks: readonly Check[], folder: string): string {
  const from = view.from();
  const found = checks.map((check, index) => {
    const values = check.columns.flatMap((name) => {
      const column = view.column(name);
      return column === undefined ? [] : [`left(${view.text(column)}, ${SHOWN_LETTERS})`];
    });
    const row = `{file: ${identifier(FILE_COLUMN)}, place: ${PLACE}, "values": [${values.join(", ")}]::VARCHAR[]}`;
    return `min_by(${row}, ${PLACE}, ${MOST_EXAMPLES}) FILTER (${check.find?.broken}) AS ${identifier(`check ${index}`)}`;
  });
  // What only showing needs has been asked of the view by now.
  const rows = `(SELECT *, row_number() OVER () AS ${PLACE} FROM ${view.from()})`;
  return [
    "SET preserve_insertion_order = true;",
    ...checks.flatMap((check) => [...(check.before?.(from) ?? []), ...(check.find?.before?.(from) ?? [])]),
    toJson(`SELECT ${found.join(",\n  ")}\nFROM ${rows}`, `${folder}/${EXAMPLES}`),
  ].join("\n");
}

/**
 * The rows of each check, numbered within their files.
 *
 * @param files all files in the order in which they were read, with their rows
 */
export function toExamples(
  row: Readonly<Record<string, unknown>>,
  checks: readonly Check[],
  files: readonly { readonly file: string; readonly rows: number }[],
): ExampleRow[][] {
  const before = new Map<string, number>();
  files.reduce((total, { file, rows }) => {
    before.set(file, total);
    return total + rows;
  }, 0);
  return checks.map((check, index) =>
    parseValue(row[`check ${index}`] ?? [], foundRowsSchema, EXAMPLES).map(({ file, place, values }) => {
      const name = file.replace(/^\.\//, "");
      return {
        file: name,
        row: place - (before.get(name) ?? 0),
        values: Object.fromEntries(check.columns.map((column, at) => [column, values[at] ?? null])),
      };
    }),
  );
}

/** What is asked of the program that finds lines. */
export interface LinesWanted {
  readonly path: string;
  readonly format: TableFormat;
  readonly encoding: string;
  /** Of CSV. */
  readonly delimiter: string | null;
  /** How many the table has. */
  readonly columns: number;
  readonly rows: readonly number[];
  /** Whether blank lines were counted as rows. */
  readonly blank: boolean;
}

/** What it answers: the lines of rows by their numbers, where they could be told. */
export interface LinesFound {
  readonly path: string;
  readonly lines: Readonly<Record<string, number>>;
}

export const linesOf = (
  { path, format, encoding = "utf-8", delimiter, columns }: DescribedFile,
  rows: readonly number[],
  blank = false,
): LinesWanted => ({
  path,
  format,
  encoding: encoding === "utf-8" ? "utf-8-sig" : encoding,
  delimiter: delimiter ?? null,
  columns: columns.length,
  rows,
  blank,
});

/** Which rows of which files of lines are asked for. */
export const linesWanted = (examples: readonly ExampleRow[], files: readonly DescribedFile[]): LinesWanted[] =>
  files
    .filter(({ format }) => format !== "parquet")
    .map((file) =>
      linesOf(file, [...new Set(examples.filter((example) => example.file === file.path).map(({ row }) => row))]),
    )
    .filter(({ rows }) => rows.length > 0);

/** The examples with their lines, as far as they could be told. */
export function withLines(examples: readonly ExampleRow[], found: readonly LinesFound[]): ExampleRow[] {
  const lines = new Map(found.map(({ path, lines }) => [path, lines]));
  return examples.map((example) => {
    const line = lines.get(example.file)?.[String(example.row)];
    return line === undefined ? example : { ...example, line };
  });
}

const SHOWN_IN_MESSAGE = 3;

/** Where the first of them are, in a message: `rows.csv line 17 (150), line 20 (151), …`. */
export function examplesText(examples: readonly ExampleRow[], all: number): string {
  const shown = examples.slice(0, SHOWN_IN_MESSAGE);
  const texts = shown.map((example, index) => {
    const file = shown[index - 1]?.file === example.file ? "" : `${example.file} `;
    const place = example.line === undefined ? `row ${example.row}` : `line ${example.line}`;
    const shownValues = Object.values(example.values);
    const values = shownValues.length > 2 ? "" : shownValues.map(valueText).join(", ");
    return `${file}${place}${values === "" ? "" : ` (${values})`}`;
  });
  return `${texts.join(", ")}${all > shown.length ? ", …" : ""}`;
}

const IN_MESSAGE_LETTERS = 40;

function valueText(value: string | null): string {
  if (value === null) return "empty";
  return JSON.stringify(value.length > IN_MESSAGE_LETTERS ? `${value.slice(0, IN_MESSAGE_LETTERS)}…` : value);
}
