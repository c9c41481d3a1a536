import { identifier, literal } from "../../tables/sql.ts";
import type { Task } from "../predictions/results.ts";

/** The columns that may say something of a label, and where they are. */
export interface PowerPlan {
  readonly task: Task;
  /** Statements before it, and a SELECT of all rows. */
  readonly before: string;
  readonly rows: string;
  readonly label: string;
  readonly columns: readonly string[];
}

/** The file that the script writes into a folder. */
export const POWER_TABLE = "powers.csv";

/** So many rows, drawn by a hash of their place, tell an area of 0.99 from one of 0.98. */
const DRAWN_ROWS = 50_000;
/** Bins of numbers with about as many rows; other values with fewer rows than this say nothing. */
const BINS = 64;
const LEAST_ROWS = 5;
/** The bins of rows without a value, and of rare ones. */
const ABSENT = -1;
const RARE = -2;

/** Counts rows and labels of each half of the rows by the bins of each column. */
export function powerScript({ task, before, rows, label, columns }: PowerPlan, folder: string): string {
  const value = (name: string): string => `nullif(trim(${identifier(name)}::VARCHAR), '')`;
  const number = task === "regression";
  const labels = number ? `try_cast(${identifier(label)}::VARCHAR AS DOUBLE)` : value(label);
  const measured = number
    ? "count(*) AS rows, sum(label) AS sum, sum(label * label) AS squares"
    : "label, count(*) AS rows";
  const cells = columns.flatMap((_, at) => {
    const column = `c${at}`;
    const asNumber = `try_cast(${column} AS DOUBLE)`;
    const ranked = `CASE WHEN ${asNumber} IS NULL THEN ${ABSENT} ELSE (rank() OVER (ORDER BY ${asNumber}) - 1) * ${BINS} // count(*) OVER () END`;
    const named = `CASE WHEN ${column} IS NULL THEN ${ABSENT} WHEN count(*) OVER (PARTITION BY ${column}) < ${LEAST_ROWS} THEN ${RARE} ELSE dense_rank() OVER (ORDER BY ${column}) END`;
    const counted = (bin: string, where: string): string =>
      `SELECT ${at} AS feature, half, bin, ${measured} FROM (SELECT half, label, ${bin} AS bin FROM drawn WHERE ${where}) GROUP BY half, bin${number ? "" : ", label"}`;
    return [
      `SET VARIABLE numeric = (SELECT count(${column}) = count(${asNumber}) FROM drawn);`,
      `INSERT INTO cells ${counted(ranked, "getvariable('numeric')")} UNION ALL ${counted(named, "NOT getvariable('numeric')")};`,
    ];
  });
  return [
    before,
    `CREATE TEMP TABLE kept AS SELECT place, ${labels} AS label, ${columns.map((name, at) => `${value(name)} AS c${at}`).join(", ")}
     FROM (SELECT *, hash(row_number() OVER ()) AS place FROM (${rows})) WHERE ${labels} IS NOT NULL ORDER BY place LIMIT ${DRAWN_ROWS};`,
    `CREATE TEMP TABLE drawn AS SELECT (place % 2)::INTEGER AS half, * EXCLUDE (place, label), ${number ? "label - avg(label) OVER () AS label" : "dense_rank() OVER (ORDER BY label) AS label"} FROM kept;`,
    `CREATE TEMP TABLE cells (feature INTEGER, half INTEGER, bin BIGINT, ${number ? "rows BIGINT, sum DOUBLE, squares DOUBLE" : "label BIGINT, rows BIGINT"});`,
    ...cells,
    `COPY (SELECT * FROM cells ORDER BY ALL) TO ${literal(`${folder}/${POWER_TABLE}`)} (FORMAT csv, HEADER true);`,
  ].join("\n");
}
