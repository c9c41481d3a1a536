/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column's name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path as DuckDB's readers take it: what they would read as a pattern, or as a home folder, stands for itself. */
export const pathLiteral = (path: string): string => literal(path.replace(/[*?[]|^~/g, "[$&]"));

export type TableFormat = "csv" | "json" | "parquet";

const FORMATS: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(csv|tsv)(\.gz|\.zst)?$/i, "csv"],
  [/\.(jsonl|ndjson)(\.gz|\.zst)?$/i, "json"],
  [/\.(parquet|pq)$/i, "parquet"],
];

/** What a file's name says about its format; undefined for a file that is not a table. */
export const tableFormat = (path: string): TableFormat | undefined =>
  FORMATS.find(([pattern]) => pattern.test(path))?.[1];

/** Name of the column that says which file a row is from. */
export const FILE_COLUMN = "ml_pipeline_file";

/**
 * A table expression over files of one format. CSV is read as text throughout, so that no guess about a column's type
 * hides a value; an empty field is null.
 */
export const readTable = (format: TableFormat, paths: readonly string[]): string =>
  reader(format, paths, `, filename = ${literal(FILE_COLUMN)}`);

/**
 * The same for one file of a known form, with no columns but its own. A CSV has commas: were that found out from the file, one
 * that is damaged could pass for one of a single column.
 */
export const readFile = (format: TableFormat, path: string): string =>
  reader(format, [path], format === "csv" ? `, delim = ',', quote = '"', escape = '"'` : "");

/** The rows of several files of any formats, by the names of their columns, as a select of all. */
export function readTables(paths: readonly string[]): string {
  const formats: readonly TableFormat[] = ["csv", "json", "parquet"];
  const selects = formats.flatMap((format) => {
    const files = paths.filter((path) => tableFormat(path) === format);
    return files.length === 0 ? [] : [`SELECT * FROM ${reader(format, files, "")}`];
  });
  return `(${selects.join(" UNION ALL BY NAME ")})`;
}

function reader(format: TableFormat, paths: readonly string[], more: string): string {
  const files = `[${paths.map(pathLiteral).join(", ")}]`;
  // A folder called year=2024 must not put its value in the place of the file's own column.
  const settings = `union_by_name = true, hive_partitioning = false${more}`;
  switch (format) {
    case "csv":
      return `read_csv(${files}, header = true, all_varchar = true, ${settings})`;
    case "json":
      return `read_json(${files}, format = 'newline_delimited', ${settings})`;
    case "parquet":
      return `read_parquet(${files}, ${settings})`;
  }
}

/** How many rows all of these tables have together. */
export function countRows(paths: readonly string[]): string {
  const counts = paths.flatMap((path) => {
    const format = tableFormat(path);
    return format === undefined ? [] : [`(SELECT count(*) FROM ${readTable(format, [path])})`];
  });
  return `SELECT ${counts.join(" + ")} AS "rows"`;
}

/** The first rows of a file with their types as DuckDB sees them, without one column. */
export function firstRows(format: TableFormat, path: string, without: string | undefined, most: number): string {
  const reader = { csv: "read_csv", json: "read_json", parquet: "read_parquet" }[format];
  const columns = without === undefined ? "*" : `COLUMNS(lambda name: name <> ${literal(without)})`;
  return `SELECT ${columns} FROM ${reader}(${pathLiteral(path)}) LIMIT ${most}`;
}
