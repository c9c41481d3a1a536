import { FILE_COLUMN, identifier, literal } from "./sql.ts";

/** The value that Hive and Spark write for a missing one. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** The partition keys of a path like `year=2024/month=03/part.parquet` with their values; null for a missing one. */
export function hiveValues(path: string): Record<string, string | null> {
  const folders = path.split("/").slice(0, -1);
  const pairs = folders.flatMap((folder) => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
    return key === undefined || value === undefined
      ? []
      : [[key, value === NO_VALUE ? null : unescaped(value)] as const];
  });
  return Object.fromEntries(pairs);
}

/** Decodes %XX, which stands for characters that a path cannot have. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The SQL expression of a partition key, from the path of a row's file. */
export function hiveColumn(key: string): string {
  // The greedy prefix makes the last one count, if a path has the key twice.
  const pattern = `(?s)^(?:.*/)?${key.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}=([^/]*)/`;
  const value = `url_decode(regexp_extract(${identifier(FILE_COLUMN)}, ${literal(pattern)}, 1))`;
  return `nullif(${value}, ${literal(NO_VALUE)})`;
}
