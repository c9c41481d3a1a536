import { meanOf } from "../../statistics/student.ts";
import { literal, toJson } from "../../tables/sql.ts";
import { ABSENT, type Bins, columnValue, MAX_VALUES, type Predicate, predicateSql, QUANTILES } from "./bins.ts";
import type { SlicePlan } from "./plan.ts";
import { ALPHA, type SearchedRows } from "./score.ts";

/*
 * Three scripts: one sorts the values of each column into bins and counts rows and errors of every bin and every two bins; one does
 * that for three columns at once, of those that may still hold something worse; one counts what the chosen groups have in the other rows.
 */

/** The files that the scripts write into a folder, and read from it. */
export const SEARCH_TABLES = {
  bins: "bins.json",
  all: "all.json",
  cells: "cells.csv",
  coded: "coded.parquet",
  triples: "triples.csv",
  tried: "tried.json",
  masks: "masks.json",
} as const;

/** Groups are looked for in at most so many rows: of a hundredth of them, chance and harm are told apart. */
const SEARCHED_ROWS = 200_000;
/** Groups of three columns that are read; those with the highest score. */
const MAX_TRIPLES_READ = 2000;
/** Parts of one statement. */
const CHUNK = 60;
const PARTS = 1000;

const columnOf = (index: number): string => `c${index}`;

/** Whether a row is searched: of one half of the rows, by a hash of what identifies them, as many as are needed. */
export function isSearched({ rows }: Pick<SlicePlan, "rows">): string {
  const share = Math.min(PARTS, Math.ceil((PARTS * SEARCHED_ROWS) / Math.max(1, rows / 2)));
  return `(place % 2 = 0 AND (place // 2) % ${PARTS} < ${share})`;
}

const rowsOf = ({ key, error, table }: SlicePlan, further: readonly string[]): string =>
  `SELECT hash(${key}) AS place, ${[`${error} AS error`, ...further].join(", ")} FROM ${table}`;

/** The moments of the error of some rows, as every table has them. */
const MOMENTS = "count(*) AS rows, sum(error) AS sum, sum(error * error) AS squares";

export function searchScript(plan: SlicePlan, folder: string): string {
  const { columns } = plan;
  const values = columns.map((column, index) => `${columnValue(column)} AS ${columnOf(index)}`);
  const singles = columns.map(
    (_, one) =>
      `SELECT ${one} AS first, -1 AS second, ${columnOf(one)} AS one, 0 AS other, ${MOMENTS} FROM coded GROUP BY ${columnOf(one)}`,
  );
  const pairs = columns.flatMap((_, one) =>
    columns.flatMap((_unused, other) =>
      other <= one
        ? []
        : [
            `SELECT ${one} AS first, ${other} AS second, ${columnOf(one)} AS one, ${columnOf(other)} AS other, ${MOMENTS} FROM coded GROUP BY ${columnOf(one)}, ${columnOf(other)}`,
          ],
    ),
  );
  return [
    ...plan.before,
    PERFECT_HASH,
    `CREATE TEMP TABLE searched AS SELECT * EXCLUDE (place) FROM (${rowsOf(plan, values)}) WHERE ${isSearched(plan)};`,
    ...columns.map(({ numeric }, index) => `SET VARIABLE e${index} = (${numeric ? edges(index) : frequent(index)});`),
    `CREATE TEMP TABLE coded AS SELECT error, ${columns.map(({ numeric }, index) => `${numeric ? numberCode(index) : textCode(index)} AS ${columnOf(index)}`).join(", ")} FROM searched;`,
    toJson(
      columns
        .map(
          ({ numeric }, index) =>
            `SELECT ${index} AS at, coalesce(to_json(getvariable('e${index}'))::VARCHAR, '[]') AS edges, ${numeric ? `(SELECT count(DISTINCT ${columnOf(index)}) FROM searched) <= ${MAX_VALUES}` : "false"} AS few`,
        )
        .join(" UNION ALL "),
      `${folder}/${SEARCH_TABLES.bins}`,
    ),
    toJson(`SELECT ${MOMENTS}, max(error) AS greatest FROM coded`, `${folder}/${SEARCH_TABLES.all}`),
    "CREATE TEMP TABLE cells (first INTEGER, second INTEGER, one INTEGER, other INTEGER, rows BIGINT, sum DOUBLE, squares DOUBLE);",
    ...inserts("cells", [...singles, ...pairs]),
    toCsv("SELECT * FROM cells", `${folder}/${SEARCH_TABLES.cells}`),
    `COPY coded TO ${literal(`${folder}/${SEARCH_TABLES.coded}`)} (FORMAT parquet);`,
  ].join("\n");
}

/** Of two or three columns of a few bits DuckDB counts in an array, without hashing. */
const PERFECT_HASH = "SET perfect_ht_threshold = 18;";

const edges = (index: number): string => `SELECT CASE WHEN count(DISTINCT ${columnOf(index)}) <= ${MAX_VALUES}
    THEN list_sort(list(DISTINCT ${columnOf(index)}) FILTER (${columnOf(index)} IS NOT NULL))
    ELSE list_sort(list_distinct(quantile_disc(${columnOf(index)}, [${QUANTILES.join(", ")}]))) END FROM searched`;

const frequent = (index: number): string => `SELECT coalesce(list(value ORDER BY rows DESC, value), []) FROM (
    SELECT ${columnOf(index)} AS value, count(*) AS rows FROM searched WHERE ${columnOf(index)} IS NOT NULL
    GROUP BY 1 ORDER BY rows DESC, value LIMIT ${MAX_VALUES})`;

/** The bin of a number: one more than there are edges that it has reached. */
function numberCode(index: number): string {
  const reached = Array.from(
    { length: MAX_VALUES },
    (_, at) => `coalesce((${columnOf(index)} >= getvariable('e${index}')[${at + 1}])::UTINYINT, 0)`,
  );
  return `(CASE WHEN ${columnOf(index)} IS NULL THEN ${ABSENT} ELSE 1 + ${reached.join(" + ")} END)::UTINYINT`;
}

const textCode = (index: number): string =>
  `(CASE WHEN ${columnOf(index)} IS NULL THEN ${ABSENT} ELSE coalesce(list_position(getvariable('e${index}'), ${columnOf(index)}), 0) END)::UTINYINT`;

const inserts = (table: string, selects: readonly string[]): string[] =>
  Array.from(
    { length: Math.ceil(selects.length / CHUNK) },
    (_, at) => `INSERT INTO ${table} ${selects.slice(at * CHUNK, (at + 1) * CHUNK).join(" UNION ALL ")};`,
  );

const toCsv = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT csv, HEADER true);`;

/** Three columns, by their indices. */
export type Triple = readonly [number, number, number];

/** @param coded the file of the first script */
export function triplesScript(triples: readonly Triple[], all: SearchedRows, coded: string, folder: string): string {
  const groups = triples.map((triple) => {
    const names = triple.map(columnOf).join(", ");
    return `SELECT ${triple.map((column, at) => `${column} AS column_${at}, ${columnOf(column)} AS bin_${at}`).join(", ")}, ${MOMENTS} FROM coded GROUP BY ${names} HAVING count(*) >= ${all.minimum / 2}`;
  });
  const score = `${ALPHA} * (sum / rows / ${meanOf(all)} - 1) - ${1 - ALPHA} * (${all.rows} / rows - 1)`;
  return [
    PERFECT_HASH,
    `CREATE TEMP TABLE coded AS SELECT * FROM read_parquet(${literal(coded)});`,
    "CREATE TEMP TABLE cells (column_0 INTEGER, bin_0 INTEGER, column_1 INTEGER, bin_1 INTEGER, column_2 INTEGER, bin_2 INTEGER, rows BIGINT, sum DOUBLE, squares DOUBLE);",
    ...inserts("cells", groups),
    toCsv(
      `SELECT * FROM cells WHERE sum / rows > ${meanOf(all)} ORDER BY ${score} DESC, column_0, bin_0, column_1, bin_1, column_2, bin_2 LIMIT ${MAX_TRIPLES_READ}`,
      `${folder}/${SEARCH_TABLES.triples}`,
    ),
    toJson("SELECT count(*) AS tried FROM cells", `${folder}/${SEARCH_TABLES.tried}`),
  ].join("\n");
}

/** Counts rows and errors by the set of groups that they are in: a bit for each. */
export function confirmScript(
  plan: SlicePlan,
  bins: readonly Bins[],
  groups: readonly (readonly Predicate[])[],
  folder: string,
): string {
  const bits = groups.map((predicates, at) => {
    const within = predicates.map((predicate) => predicateSql(bins[predicate.column] as Bins, predicate)).join(" AND ");
    return `(${within})::UINTEGER * ${2 ** at}`;
  });
  return [
    ...plan.before,
    toJson(
      `SELECT CASE WHEN place % 2 = 1 THEN 'held' WHEN ${isSearched(plan)} THEN 'searched' ELSE 'neither' END AS part, mask, ${MOMENTS}
       FROM (${rowsOf(plan, [`${bits.join(" + ")} AS mask`])}) GROUP BY ALL ORDER BY ALL`,
      `${folder}/${SEARCH_TABLES.masks}`,
    ),
  ].join("\n");
}
