import { type Finder, POSITION } from "./rule.ts";

/** The largest number of different repeated values whose rows are shown. */
const MAX_VALUES = 5;
/** The largest number of their rows. */
const MAX_ROWS = 100;

/**
 * Finds rows that share their hash with an earlier row: the first row of each value repeats none, and is not found. The values
 * are those that come first in the data. The temporary tables are named after the hash.
 */
export function repeatedRows(hash: string): Finder {
  const name = hash.replace(/\W/g, "");
  const [values, rows] = [`repeated_${name}`, `repeating_${name}`];
  return {
    setup: (from) => {
      const numbered = `(SELECT ${hash} AS h, row_number() OVER () AS place FROM ${from(hash)})`;
      return [
        `CREATE TEMP TABLE ${values} AS SELECT h, min(place) AS first FROM ${numbered} WHERE h IS NOT NULL GROUP BY h HAVING count(*) > 1 ORDER BY first LIMIT ${MAX_VALUES};`,
        `CREATE TEMP TABLE ${rows} AS SELECT place FROM ${numbered} JOIN ${values} USING (h) WHERE place > first ORDER BY place LIMIT ${MAX_ROWS};`,
      ];
    },
    broken: `${POSITION} IN (SELECT place FROM ${rows})`,
  };
}
