import type { DataConfig } from "../config/schema.ts";
import { counted, grouped } from "../text.ts";
import { FILE_COLUMN } from "./sql.ts";

/** What DuckDB counted in one file: see `countColumns`. */
export interface FileCounts {
  readonly file: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnCounts>>;
}

export interface ColumnCounts {
  readonly present: number;
  readonly numeric: number;
  readonly nonfinite: number;
}

/** Reads the flat row that the query gives: `present:age`, `numeric:age` … */
export function toFileCounts(row: Readonly<Record<string, unknown>>): FileCounts {
  const columns = new Map<string, ColumnCounts>();
  for (const [key, value] of Object.entries(row)) {
    const [, kind, name] = /^(present|numeric|nonfinite):([\s\S]*)$/.exec(key) ?? [];
    if (kind === undefined || name === undefined || name === FILE_COLUMN) continue;
    columns.set(name, { ...(columns.get(name) ?? { present: 0, numeric: 0, nonfinite: 0 }), [kind]: Number(value) });
  }
  // DuckDB names a file by `./` whose path it took for a pattern.
  const file = String(row.file).replace(/^\.\//, "");
  return { file, rows: Number(row.rows), columns: Object.fromEntries(columns) };
}

/** What is wrong with the data: each finding names the rule, the file and the column. Empty when nothing is. */
export function dataFindings(files: readonly FileCounts[], config: DataConfig): string[] {
  const rows = files.reduce((total, file) => total + file.rows, 0);
  return [
    ...(rows < config["min-rows"] ? [tooFewRows(rows, files, config)] : []),
    ...files.flatMap((file) => fileFindings(file, config)),
  ];
}

function tooFewRows(rows: number, files: readonly FileCounts[], config: DataConfig): string {
  return `${counted(rows, "row")} in ${counted(files.length, "file")}, at least ${grouped(config["min-rows"])} are needed (data.min-rows)`;
}

function fileFindings({ file, rows, columns }: FileCounts, config: DataConfig): string[] {
  const mandatory = new Set([...(config.required ?? []), ...(config.label === undefined ? [] : [config.label])]);
  const missing = [...mandatory].filter((name) => !Object.hasOwn(columns, name));
  const findings = missing.map(
    (name) => `${file}: column ${quoted(name)} is missing; it has ${Object.keys(columns).map(quoted).join(", ")}`,
  );
  for (const [name, counts] of Object.entries(columns)) {
    const nulls = rows - counts.present;
    if (mandatory.has(name) && nulls > 0) {
      findings.push(`${file}: mandatory column ${quoted(name)} is empty in ${share(nulls, rows)}`);
    }
    if (counts.nonfinite > 0 && (mandatory.has(name) || isNumeric(counts))) {
      findings.push(`${file}: column ${quoted(name)} is NaN or infinite in ${share(counts.nonfinite, rows)}`);
    }
  }
  return findings;
}

/** A column whose every value is a number; in a text column "nan" and "inf" may be words. */
const isNumeric = ({ present, numeric }: ColumnCounts): boolean => present > 0 && present === numeric;

const quoted = (name: string): string => `"${name}"`;

const share = (count: number, rows: number): string =>
  `${grouped(count)} of ${counted(rows, "row")} (${((100 * count) / rows).toPrecision(2)} %)`;
