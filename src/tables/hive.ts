import { FILE_COLUMN, identifier, literal } from "./sql.ts";

/** How Hive and Spark write that a key has no value. */
const NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

/** The keys of a path like `year=2024/month=03/part.parquet` with their values; null for one that has none. */
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

/** What a path cannot have is written %XX there. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A key's value in each row, by the path of the row's file. */
export function hiveColumn(key: string): string {
  // Of a key that a path has twice the last counts.
  const pattern = `(?s)^(?:.*/)?${key.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}=([^/]*)/`;
  const value = `url_decode(regexp_extract(${identifier(FILE_COLUMN)}, ${literal(pattern)}, 1))`;
  return `nullif(${value}, ${literal(NO_VALUE)})`;
}
