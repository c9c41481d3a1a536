import type { Finder } from "./rule.ts";

/** How many different repeated values are looked for: their rows are shown together. */
const MAX_VALUES = 5;

/** Finds rows whose hash another row has as well, by a table of such hashes that is named after the hash. */
export function repeatedRows(hash: string): Finder {
  const table = `repeated_${hash.replace(/\W/g, "")}`;
  return {
    setup: (from) => [
      `CREATE TEMP TABLE ${table} AS SELECT ${hash} AS h FROM ${from} WHERE ${hash} IS NOT NULL GROUP BY ${hash} HAVING count(*) > 1 ORDER BY ${hash} LIMIT ${MAX_VALUES};`,
    ],
    broken: `${hash} IN (SELECT h FROM ${table})`,
  };
}
