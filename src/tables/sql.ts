/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column's name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path as DuckDB's readers take it: what they would read as a pattern, or as a home folder, stands for itself. */
export const pathLiteral = (path: string): string => literal(path.replace(/[*?[]|^~/g, "[$&]"));

/** A statement that writes the rows of a query to a file, as a list. */
export const toJson = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT json, ARRAY true);`;

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
 * A table expression over one file of a known form, with no columns but its own. A CSV is read as text, and has commas: were that
 * found out from the file, one that is damaged could pass for one of a single column.
 */
export function readFile(format: TableFormat, path: string): string {
  const file = pathLiteral(path);
  // A folder called year=2024 must not put its value in the place of the file's own column.
  const settings = "hive_partitioning = false";
  switch (format) {
    case "csv":
      return `read_csv(${file}, header = true, all_varchar = true, ${settings}, delim = ',', quote = '"', escape = '"')`;
    case "json":
      return `read_json(${file}, format = 'newline_delimited', ${settings})`;
    case "parquet":
      return `read_parquet(${file}, ${settings})`;
  }
}

/** The first rows of a file with their types as DuckDB sees them, without one column. */
export function firstRows(format: TableFormat, path: string, without: string | undefined, most: number): string {
  const reader = { csv: "read_csv", json: "read_json", parquet: "read_parquet" }[format];
  const columns = without === undefined ? "*" : `COLUMNS(lambda name: name <> ${literal(without)})`;
  return `SELECT ${columns} FROM ${reader}(${pathLiteral(path)}) LIMIT ${most}`;
}
