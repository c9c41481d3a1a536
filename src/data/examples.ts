import { z } from "zod";
import { parseValue } from "../json.ts";
import type { DescribedFile } from "../tables/describe.ts";
import { FILE_COLUMN, identifier, type TableFormat, toJson } from "../tables/sql.ts";
import type { SqlView } from "../tables/sql-view.ts";
import { POSITION, type RuleCheck } from "./rules/rule.ts";

/** The largest number of rows that are shown for one broken rule. */
export const MAX_EXAMPLES = 10;

/** A row that breaks a rule; part of `report.json`. */
export interface ExampleRow {
  readonly file: string;
  /** The number of the row in its file, from 1, not counting a header. */
  readonly row: number;
  /** The first line of the row, in a text file. */
  readonly line?: number;
  /** Its values in the columns of the rule, cut to 100 characters; null for a missing value. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** A row of the query; its position counts over all files, from 1. */
const foundRowsSchema = z.array(
  z.object({ file: z.string(), position: z.number(), values: z.array(z.string().nullable()) }),
);

export const EXAMPLES = "examples.json";

const MAX_VALUE_LENGTH = 100;
/** How many checks one statement is about, because the time to plan it grows with the square of their number. */
const CHECKS_AT_ONCE = 50;

/**
 * A script that finds, in a second pass, the first rows that break each check. Rows are numbered in reading order, which is
 * the order of the files.
 */
export function findExamples(view: SqlView, checks: readonly RuleCheck[], folder: string): string {
  const selects = checks.map((check, index) => {
    const values = check.columns.flatMap((name) => {
      const column = view.column(name);
      return column === undefined ? [] : [`left(${view.text(column)}, ${MAX_VALUE_LENGTH})`];
    });
    const row = `{file: ${identifier(FILE_COLUMN)}, position: ${POSITION}, "values": [${values.join(", ")}]::VARCHAR[]}`;
    return `min_by(${row}, ${POSITION}, ${MAX_EXAMPLES}) FILTER (${check.find?.broken}) AS ${identifier(`check ${index}`)}`;
  });
  // The view is read below, once all expressions have added their columns to it.
  const parts = Array.from({ length: Math.ceil(selects.length / CHECKS_AT_ONCE) }, (_, index) => ({
    table: `examples_${index}`,
    select: selects.slice(index * CHECKS_AT_ONCE, (index + 1) * CHECKS_AT_ONCE).join(",\n  "),
  }));
  return [
    "SET preserve_insertion_order = true;",
    ...view.setup(),
    ...checks.flatMap((check) => [
      ...(check.setup?.((reading) => view.from(reading)) ?? []),
      ...(check.find?.setup?.((reading) => view.from(reading)) ?? []),
    ]),
    ...parts.map(
      ({ table, select }) =>
        `CREATE TEMP TABLE ${table} AS SELECT ${select}\nFROM (SELECT *, row_number() OVER () AS ${POSITION} FROM ${view.from(select)});`,
    ),
    toJson(`SELECT * FROM ${parts.map(({ table }) => table).join(", ")}`, `${folder}/${EXAMPLES}`),
  ].join("\n");
}

/**
 * The rows of each check, numbered within their files.
 *
 * @param files all files in reading order, with their numbers of rows
 */
export function toExamples(
  row: Readonly<Record<string, unknown>>,
  checks: readonly RuleCheck[],
  files: readonly { readonly file: string; readonly rows: number }[],
): ExampleRow[][] {
  const before = new Map<string, number>();
  files.reduce((total, { file, rows }) => {
    before.set(file, total);
    return total + rows;
  }, 0);
  return checks.map((check, index) =>
    parseValue(row[`check ${index}`] ?? [], foundRowsSchema, EXAMPLES).map(({ file, position, values }) => {
      const name = file.replace(/^\.\//, "");
      return {
        file: name,
        row: position - (before.get(name) ?? 0),
        values: Object.fromEntries(check.columns.map((column, at) => [column, values[at] ?? null])),
      };
    }),
  );
}

/** The request of `find_lines.py` for one file. */
export interface LineRequest {
  readonly path: string;
  readonly format: TableFormat;
  readonly encoding: string;
  /** For CSV only. */
  readonly delimiter: string | null;
  readonly escape: string | null;
  readonly rows: readonly number[];
  /** Whether blank lines count as rows. */
  readonly blank: boolean;
}

/** Its answer: lines by the numbers of the rows, without those that could not be determined. */
export interface FoundLines {
  readonly path: string;
  readonly lines: Readonly<Record<string, number>>;
}

export const lineRequest = (
  { path, format, encoding = "utf-8", delimiter, escape: mark }: DescribedFile,
  rows: readonly number[],
  blank = false,
): LineRequest => ({
  path,
  format,
  encoding: encoding === "utf-8" ? "utf-8-sig" : encoding,
  delimiter: delimiter ?? null,
  escape: mark ?? null,
  rows,
  blank,
});

/** Requests for the lines of all examples in text files. */
export const lineRequests = (examples: readonly ExampleRow[], files: readonly DescribedFile[]): LineRequest[] =>
  files
    .filter(({ format }) => format !== "parquet")
    .map((file) =>
      lineRequest(file, [...new Set(examples.filter((example) => example.file === file.path).map(({ row }) => row))]),
    )
    .filter(({ rows }) => rows.length > 0);

/** The examples with their lines, where those could be determined. */
export function withLines(examples: readonly ExampleRow[], found: readonly FoundLines[]): ExampleRow[] {
  const lines = new Map(found.map(({ path, lines }) => [path, lines]));
  return examples.map((example) => {
    const line = lines.get(example.file)?.[String(example.row)];
    return line === undefined ? example : { ...example, line };
  });
}

const MAX_EXAMPLES_IN_MESSAGE = 3;

/** The first examples as part of a message: `rows.csv line 17 (150), line 20 (151), …`. */
export function examplesText(examples: readonly ExampleRow[], all: number): string {
  const shown = examples.slice(0, MAX_EXAMPLES_IN_MESSAGE);
  const texts = shown.map((example, index) => {
    const file = shown[index - 1]?.file === example.file ? "" : `${example.file} `;
    const position = example.line === undefined ? `row ${example.row}` : `line ${example.line}`;
    const shownValues = Object.values(example.values);
    const values = shownValues.length > 2 ? "" : shownValues.map(valueText).join(", ");
    return `${file}${position}${values === "" ? "" : ` (${values})`}`;
  });
  return `${texts.join(", ")}${all > shown.length ? ", …" : ""}`;
}

const MAX_VALUE_LENGTH_IN_MESSAGE = 40;

function valueText(value: string | null): string {
  if (value === null) return "empty";
  return JSON.stringify(
    value.length > MAX_VALUE_LENGTH_IN_MESSAGE ? `${value.slice(0, MAX_VALUE_LENGTH_IN_MESSAGE)}…` : value,
  );
}
