import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { duckdb } from "../../reference/python.ts";
import type { TestProject } from "../project.ts";

/* The files of data that is validated. */

/** Files by their paths in the data folder. */
export type Files = Readonly<Record<string, Content>>;

/** A file's content, or how DuckDB makes the file out of a CSV. */
type Content = string | Buffer | Made;

interface Made {
  readonly csv: string;
  /** What is selected from the CSV's columns. */
  readonly select: string;
  /** Of COPY. */
  readonly options: string;
  /** How many of the file's bytes are left; all when absent. */
  readonly bytes?: number;
}

/** Puts files into the project's data, in the place of all others. */
export async function writeData(project: TestProject, files: Files): Promise<void> {
  await rm(project.data, { recursive: true, force: true });
  await mkdir(project.data, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const target = join(project.data, path);
    await mkdir(dirname(target), { recursive: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) await writeFile(target, content);
    else await make(target, content);
  }
}

async function make(target: string, { csv, select, options, bytes }: Made): Promise<void> {
  const source = `${target}.source`;
  const [from, to] = [source, target].map((path) => `'${path.replaceAll("'", "''")}'`);
  await writeFile(source, csv);
  await duckdb("-c", `COPY (SELECT ${select} FROM read_csv(${from}, header = true)) TO ${to} (${options})`);
  await rm(source);
  if (bytes !== undefined) await truncate(target, bytes);
}

export const parquetOf = (rows: readonly Row[], { select = "*", bytes }: Partial<Made> = {}): Content => ({
  csv: csvOf(rows),
  select,
  options: "FORMAT parquet",
  ...(bytes === undefined ? {} : { bytes }),
});

export const zstdOf = (rows: readonly Row[]): Content => ({
  csv: csvOf(rows),
  select: "*",
  options: "FORMAT csv, HEADER, COMPRESSION zstd",
});

/** A row by its columns. */
export type Row = Readonly<Record<string, string>>;

export function csvOf(rows: readonly Row[], delimiter = ",", end = "\n"): string {
  const field = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const records = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))];
  return records.map((record) => `${record.map(field).join(delimiter)}${end}`).join("");
}

export const jsonLinesOf = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export const rowsOf = (count: number, row: (place: number) => Row): Row[] =>
  Array.from({ length: count }, (_, at) => row(at));

/** The rows with some columns changed, by the lines that they have in a CSV. */
export const withFlaws = (rows: readonly Row[], byLine: Readonly<Record<number, Row>>): Row[] =>
  rows.map((row, place) => ({ ...row, ...byLine[place + 2] }));
