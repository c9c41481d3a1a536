import { literal, toJson } from "../tables/sql.ts";
import type { Table } from "../tables/table.ts";
import { copyOptions, formatOf, hashBelow, rowHash, rowsAsTheyAre } from "./join.ts";

/* A share of the rows of a table, which is the same on every machine and in any order of rows and files. */

/** Where the script writes. */
export interface SampleFiles {
  readonly rows: string;
  readonly counts: string;
}

/** The script that keeps a share of the rows of one file, by a hash of each row: rows that are equal are all kept, or none is. */
export function sampleScript(table: Table, share: number, files: SampleFiles): string {
  const format = formatOf(table);
  const { rows, columns, settings } = rowsAsTheyAre(table, format);
  return [
    settings,
    `CREATE TABLE all_rows AS ${rows};`,
    `CREATE TABLE kept AS SELECT * FROM all_rows WHERE ${hashBelow(rowHash(columns), share)};`,
    `COPY (FROM kept) TO ${literal(files.rows)} (${copyOptions(table, format)});`,
    toJson(`SELECT (SELECT count(*) FROM all_rows) AS "all", (SELECT count(*) FROM kept) AS kept`, files.counts),
  ]
    .filter(Boolean)
    .join("\n");
}
