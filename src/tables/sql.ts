/** A text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column's name as an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as a DOUBLE; null if it is no number. To DuckDB 1_000 would be one, which it is to no other reader of data. */
export const numberOf = (text: string): string =>
  `CASE WHEN NOT contains(${text}, '_') THEN try_cast(${text} AS DOUBLE) END`;

/** A path for DuckDB's readers, with glob characters and a leading ~ escaped. */
export const pathLiteral = (path: string): string => literal(path.replace(/[*?[]|^~/g, "[$&]"));

/** A statement that writes the rows of a query to a file, as a JSON array. */
export const toJson = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT json, ARRAY true);`;

export type TableFormat = "csv" | "json" | "parquet";

const FORMATS: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.(csv|tsv)(\.gz|\.zst)?$/i, "csv"],
  [/\.(jsonl|ndjson)(\.gz|\.zst)?$/i, "json"],
  [/\.(parquet|pq)$/i, "parquet"],
];

/** The format by a file's name; undefined for a file that is not a table. */
export const tableFormat = (path: string): TableFormat | undefined =>
  FORMATS.find(([pattern]) => pattern.test(path))?.[1];

/** The name of the column with the path of a row's file. */
export const FILE_COLUMN = "ml_pipeline_file";

/**
 * A table expression over one file, with its own columns only. A CSV is read as text with commas: if DuckDB detected the
 * dialect, a damaged file could pass for one with a single column.
 */
export function readFile(format: TableFormat, path: string): string {
  const file = pathLiteral(path);
  // The key of a folder called year=2024 must not replace a column of that name in the file.
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
