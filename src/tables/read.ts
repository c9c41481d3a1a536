import type { DescribedFile } from "./describe.ts";
import { hiveColumn, hiveValues } from "./hive.ts";
import { rewrittenSql } from "./number-form.ts";
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
 *
 * @param without the names of other optimizers to disable
 */
export function readingSettings(files: readonly DescribedFile[], without: readonly string[] = []): string {
  const hasFilename = files.some((file) => file.columns.some(({ name }) => name.toLowerCase() === "filename"));
  const disabled = [...(hasFilename ? ["filter_pushdown"] : []), ...without];
  return disabled.length === 0 ? "" : `SET disabled_optimizers = '${disabled.join(",")}';\n`;
}

/** The files in the order of their rows: those of one reader come together. */
export const inReadingOrder = (files: readonly DescribedFile[]): DescribedFile[] => [...grouped(files).values()].flat();

/** Groups files that one reader can read together: with the same format, dialect and columns. */
function grouped(files: readonly DescribedFile[]): Map<string, DescribedFile[]> {
  const groups = new Map<string, DescribedFile[]>();
  for (const file of files) {
    const key = readerKey(file);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}

const readerKey = ({ path, format, columns, ...file }: DescribedFile): string =>
  JSON.stringify([
    format,
    file.encoding,
    file.delimiter,
    file.newline,
    file.escape,
    file.marked,
    file.longest,
    file.numbers,
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
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function selectGroup(group: readonly DescribedFile[], mixed: ReadonlySet<string>): string {
  const [first] = group;
  if (first === undefined) throw new Error("a group without files");
  const names = first.columns.map(({ name }) => name);
  const keys = Object.keys(hiveValues(first.path)).filter((key) => !names.includes(key));
  const columns = [
    ...names.map((name) => {
      const value = valueIn(first, name);
      return mixed.has(name) ? `${value}::VARCHAR AS ${identifier(name)}` : named(value, name);
    }),
    ...keys.map((key) => `${hiveColumn(key)} AS ${identifier(key)}`),
    identifier(FILE_COLUMN),
  ];
  return `SELECT ${columns.join(", ")} FROM ${reader(
    first,
    group.map(({ path }) => path),
  )}`;
}

/** The value of a column as all that reads it sees it: the numbers of a CSV may be written in another form. */
const valueIn = ({ numbers }: DescribedFile, name: string): string =>
  numbers?.columns.includes(name) === true ? rewrittenSql(name, numbers) : identifier(name);

const named = (value: string, name: string): string =>
  value === identifier(name) ? value : `${value} AS ${identifier(name)}`;

function reader(file: DescribedFile, paths: readonly string[]): string {
  const { path, format, columns, encoding = "utf-8", delimiter = ",", escape: mark = '"', longest } = file;
  const files = `[${paths.map(pathLiteral).join(", ")}]`;
  // The key of a folder called year=2024 must not replace a column of that name in the file.
  const settings = `hive_partitioning = false, filename = ${literal(FILE_COLUMN)}`;
  const texts = `columns = {${columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(", ")}}`;
  switch (format) {
    case "csv": {
      const dialect = `delim = ${literal(delimiter)}, quote = '"', escape = ${literal(mark)}, ${lineSizeOption(longest)}${newlineOption(file.newline)}${compressionOption(path)}encoding = ${literal(encoding)}`;
      const options = `auto_detect = false, header = true, ${texts}, ${dialect}, ${settings}`;
      const [only, ...others] = columns;
      return only === undefined || others.length > 0
        ? `read_csv(${files}, ${options})`
        : withoutBlankLines(only.name, `read_csv(${files}, ${options}, allow_quoted_nulls = false)`);
    }
    case "json":
      return file.marked === true
        ? unmarkedJson(columns, `${files}, ${compressionOption(path)}${settings}`, longest)
        : `read_json(${files}, format = 'newline_delimited', ${texts}, ${objectSizeOption(longest)}${compressionOption(path)}${settings})`;
    case "parquet":
      return `read_parquet(${files}, ${settings})`;
  }
}

/** In a table of one column, DuckDB takes a blank line for a row without a value, and pandas for none, which writes `""` for that. */
function withoutBlankLines(name: string, table: string): string {
  const column = identifier(name);
  const file = identifier(FILE_COLUMN);
  return `(SELECT nullif(${column}, '') AS ${column}, ${file} FROM ${table} WHERE ${column} IS NOT NULL)`;
}

/** Allows longer lines than DuckDB's default of 2 MB; a record may have several lines. */
const lineSizeOption = (longest = 0): string => (longest === 0 ? "" : `max_line_size = ${4 * longest}, `);
const objectSizeOption = (longest = 0): string => (longest === 0 ? "" : `maximum_object_size = ${4 * longest}, `);

/** JSON lines with a byte-order mark, which DuckDB's reader of CSV skips and that of JSON refuses. */
function unmarkedJson(columns: DescribedFile["columns"], source: string, longest: number | undefined): string {
  const values = columns.map(({ name }) => `${jsonText(name)} AS ${identifier(name)}`);
  const lines = `read_csv(${source}, auto_detect = false, header = false, columns = {'ml_pipeline_line': 'VARCHAR'}, delim = '', quote = '', escape = '', strict_mode = false, ${lineSizeOption(longest)}encoding = 'utf-8')`;
  const file = identifier(FILE_COLUMN);
  return `(SELECT ${[...values, file].join(", ")} FROM (SELECT ml_pipeline_line::JSON AS ml_pipeline_json, ${file} FROM ${lines} WHERE trim(ml_pipeline_line, chr(13) || chr(9) || ' ') <> ''))`;
}

const jsonText = (key: string): string =>
  `ml_pipeline_json ->> ${literal(`$."${key.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`)}`;

/** Names the compression, which DuckDB does not detect for a file name with a question mark. */
const compressionOption = (path: string): string =>
  ({ gz: "compression = 'gzip', ", zst: "compression = 'zstd', ", none: "" })[compressionOf(path)];

/** Names the line end: when DuckDB detects it, a line break in a column's name can make it lose rows. */
const newlineOption = (newline = ""): string =>
  newline === "" ? "" : `new_line = ${literal(newline.replace("\r", "\\r").replace("\n", "\\n"))}, `;
