import { jsonOf } from "../../json.ts";
import type { Column } from "../../tables/columns.ts";
import { MISSING } from "../../tables/missing.ts";
import { fileTypes, type Table } from "../../tables/table.ts";

/** A row of the data as a served model may be asked about it. */
export interface RowInstance {
  /** Numbers and truth values as such, and gaps as null: as a client would send them. */
  readonly instance: Readonly<Record<string, unknown>>;
  /** As the file writes them, for models that take texts. */
  readonly text: Readonly<Record<string, unknown>>;
}

/** Whether a text stands for a gap in a column of numbers. */
const isGap = (value: string): boolean => /^(nan)?$/i.test(value.trim()) || MISSING.includes(value.trim());
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const TRUTH: Readonly<Record<string, boolean>> = { true: true, false: false };

/** The types of values in lines of JSON, which are read as text; none for files of other formats. */
export const linesTypes = (table: Pick<Table, "files">): Record<string, string> =>
  table.files.some(({ format }) => format === "json") ? fileTypes(table) : {};

/**
 * Makes instances of rows. In a file of text a column holds numbers when all its values in these rows do, gaps aside; a file
 * with types, or lines of JSON, says so itself.
 *
 * @param types of the columns in JSON lines, which are read as text
 */
export function instancesOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: readonly Column[],
  types: Readonly<Record<string, string>>,
): RowInstance[] {
  const kinds = new Map(columns.map((column) => [column.name, kindOf(column, rows, types)]));
  return rows.map((row) => ({
    instance: Object.fromEntries(columns.map(({ name }) => [name, cellOf(row[name], kinds.get(name) ?? "text")])),
    text: Object.fromEntries(columns.flatMap(({ name }) => (row[name] === null ? [] : [[name, row[name]]]))),
  }));
}

type Kind = "number" | "truth" | "json" | "text" | "typed";

function kindOf(
  { name, textual, kind }: Column,
  rows: readonly Readonly<Record<string, unknown>>[],
  types: Readonly<Record<string, string>>,
): Kind {
  // DuckDB writes decimals and the largest whole numbers as texts.
  if (!textual) return kind === "number" || kind === "integer" ? "number" : "typed";
  const type = types[name];
  if (type !== undefined) return /^(VARCHAR|ENUM\(.*\))$/s.test(type) ? "text" : "json";
  const values = rows
    .map((row) => row[name])
    .filter((value): value is string => typeof value === "string" && !isGap(value));
  if (values.length === 0) return "text";
  if (values.every((value) => NUMBER.test(value))) return "number";
  return values.every((value) => value.toLowerCase() in TRUTH) ? "truth" : "text";
}

function cellOf(value: unknown, kind: Kind): unknown {
  if (typeof value !== "string") return value ?? null;
  switch (kind) {
    case "number":
      return isGap(value) ? null : Number(value);
    case "truth":
      return TRUTH[value.toLowerCase()] ?? null;
    case "json":
      return jsonOf(value) ?? value;
    case "text":
    case "typed":
      return value;
  }
}
