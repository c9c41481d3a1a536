import type { DescribedFile } from "./describe.ts";
import { hiveColumn, hiveValues } from "./hive.ts";
import { FILE_COLUMN, identifier, literal, pathLiteral } from "./sql.ts";

/**
 * A SELECT of all rows of these files, with the path of each row's file as `FILE_COLUMN`. Values of CSV and JSON lines are
 * text, so that no wrong guess of a type hides a value; an empty field of a CSV is null. Partition keys of a Hive-style path
 * are columns too, unless the file has a column of that name. A file that does not match its description is an error.
 */
export function selectRows(files: readonly DescribedFile[]): string {
  const groups = grouped(files);
  const mixed = mixedColumns(files);
  return [...groups.values()].map((group) => selectGroup(group, mixed)).join("\nUNION ALL BY NAME\n");
}

/**
 * The statements that a script must begin with to read these files. DuckDB applies a pushed-down filter on a column called
 * filename to the paths of the files, and so returns wrong rows, unless filter pushdown is disabled.
 */
export const readingSettings = (files: readonly DescribedFile[]): string =>
  files.some((file) => file.columns.some(({ name }) => name.toLowerCase() === "filename"))
    ? "SET disabled_optimizers = 'filter_pushdown';\n"
    : "";

/** The files in the order of their rows: those of one reader come together. */
export const inReadingOrder = (files: readonly DescribedFile[]): DescribedFile[] => [...grouped(files).values()].flat();

/** Groups files that one reader can read together: with the same format, dialect and columns. */
function grouped(files: readonly DescribedFile[]): Map<string, DescribedFile[]> {
  const groups = new Map<string, DescribedFile[]>();
  for (const file of files) groups.set(readerKey(file), [...(groups.get(readerKey(file)) ?? []), file]);
  return groups;
}

const readerKey = ({ path, format, columns, encoding, delimiter, newline }: DescribedFile): string =>
  JSON.stringify([
    format,
    encoding,
    delimiter,
    newline,
    compressionOf(path),
    Object.keys(hiveValues(path)),
    columns.map(({ name, type }) => [name, format === "parquet" ? type : null]),
  ]);

function compressionOf(path: string): "gz" | "zst" | "none" {
  if (/\.gz$/i.test(path)) return "gz";
  return /\.zst$/i.test(path) ? "zst" : "none";
}

/** Columns whose type differs between files; they are read as text. */
function mixedColumns(files: readonly DescribedFile[]): Set<string> {
  const types = new Map<string, Set<string>>();
  for (const { format, columns, path } of files) {
    for (const { name, type } of columns) add(types, name, format === "parquet" ? (type ?? "VARCHAR") : "VARCHAR");
    for (const key of Object.keys(hiveValues(path))) {
      if (!columns.some(({ name }) => name === key)) add(types, key, "VARCHAR");
    }
  }
  return new Set([...types].filter(([, of]) => of.size > 1).map(([name]) => name));
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}

function selectGroup(group: readonly DescribedFile[], mixed: ReadonlySet<string>): string {
  const [first] = group;
  if (first === undefined) throw new Error("a group without files");
  const names = first.columns.map(({ name }) => name);
  const keys = Object.keys(hiveValues(first.path)).filter((key) => !names.includes(key));
  const columns = [
    ...names.map((name) =>
      mixed.has(name) ? `${identifier(name)}::VARCHAR AS ${identifier(name)}` : identifier(name),
    ),
    ...keys.map((key) => `${hiveColumn(key)} AS ${identifier(key)}`),
    identifier(FILE_COLUMN),
  ];
  return `SELECT ${columns.join(", ")} FROM ${reader(
    first,
    group.map(({ path }) => path),
  )}`;
}

function reader(
  { path, format, columns, encoding, delimiter, newline }: DescribedFile,
  paths: readonly string[],
): string {
  const files = `[${paths.map(pathLiteral).join(", ")}]`;
  // The key of a folder called year=2024 must not replace a column of that name in the file.
  const settings = `hive_partitioning = false, filename = ${literal(FILE_COLUMN)}`;
  const texts = `columns = {${columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(", ")}}`;
  switch (format) {
    case "csv":
      return `read_csv(${files}, auto_detect = false, header = true, ${texts}, delim = ${literal(delimiter ?? ",")}, quote = '"', escape = '"', ${newlineOption(newline)}${compressionOption(path)}encoding = ${literal(encoding ?? "utf-8")}, ${settings})`;
    case "json":
      return `read_json(${files}, format = 'newline_delimited', ${texts}, ${compressionOption(path)}${settings})`;
    case "parquet":
      return `read_parquet(${files}, ${settings})`;
  }
}

/** Names the compression, which DuckDB does not detect for a file name with a question mark. */
const compressionOption = (path: string): string =>
  ({ gz: "compression = 'gzip', ", zst: "compression = 'zstd', ", none: "" })[compressionOf(path)];

/** Names the line end: when DuckDB detects it, a line break in a column's name can make it lose rows. */
const newlineOption = (newline = ""): string =>
  newline === "" ? "" : `new_line = ${literal(newline.replace("\r", "\\r").replace("\n", "\\n"))}, `;
