import type { Finder } from "./rule.ts";

/** The largest number of different repeated values whose rows are shown. */
const MAX_VALUES = 5;

/** Finds rows that share their hash with another row. The temporary table of such hashes is named after the hash. */
export function repeatedRows(hash: string): Finder {
  const table = `repeated_${hash.replace(/\W/g, "")}`;
  return {
    setup: (from) => [
      `CREATE TEMP TABLE ${table} AS SELECT ${hash} AS h FROM ${from(hash)} WHERE ${hash} IS NOT NULL GROUP BY ${hash} HAVING count(*) > 1 ORDER BY ${hash} LIMIT ${MAX_VALUES};`,
    ],
    broken: `${hash} IN (SELECT h FROM ${table})`,
  };
}
