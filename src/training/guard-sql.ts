import { identifier, literal, numberOf, toJson } from "../tables/sql.ts";
import { type Table, tableRows } from "../tables/table.ts";
import { rowHash } from "./join.ts";
import { momentOf } from "./moment.ts";
import type { Window } from "./window.ts";

/* What the guards of a window count, in one script of DuckDB. */

/** Tables that are looked at together. */
export interface GuardTables {
  readonly window: Table;
  /** The data before it. */
  readonly data: Table;
  /** The fixed test set; undefined where none is named. */
  readonly test: Table | undefined;
}

/** What is looked for in them. */
export interface GuardColumns {
  /** What the model predicts; undefined where nothing says it. */
  readonly label: string | undefined;
  readonly date: string | undefined;
}

/** The files that the script writes, below a folder; one that is not asked for is not written. */
export const GUARD_FILES = { clock: "clock.json", overlap: "overlap.json", powers: "powers.json" } as const;

/** Which of them a script writes. */
export type GuardFile = keyof typeof GUARD_FILES;

/** So many rows tell how well a column tells the label. */
const SAMPLE_ROWS = 100_000;
/** A column of at most so many values is taken by its values, and any other one as numbers. */
const MOST_VALUES = 50;
/** With at most so many values a label has classes. */
const MOST_CLASSES = 20;
/** On each side of the label. */
const FEWEST_ROWS = 20;

/** Says which guards can be asked of these tables, and gives the script that counts for them. */
export function guardScript(
  tables: GuardTables,
  { label, date }: GuardColumns,
  window: Window,
  folder: string,
): { readonly statements: string; readonly files: readonly GuardFile[] } {
  const rows = { window: tableRows(tables.window), data: tableRows(tables.data) };
  const test = tables.test === undefined ? undefined : tableRows(tables.test);
  const path = (file: GuardFile): string => `${folder}/${GUARD_FILES[file]}`;
  const has = (column: string | undefined): column is string =>
    column !== undefined && rows.window.columns.includes(column);
  const shared = rows.window.columns.filter((name) => rows.data.columns.includes(name));
  const parts: [GuardFile, string][] = [
    ...(has(date) ? [["clock", toJson(clockSql(date, window), path("clock"))] as [GuardFile, string]] : []),
    ...(test === undefined ? [] : overlapStatements(shared, test.columns, path("overlap"))),
    ...(has(label) && shared.includes(label) ? powerStatements(label, shared, path("powers")) : []),
  ];
  return {
    statements: [
      ...[rows.window, rows.data, test].map((one) => one?.settings ?? ""),
      `CREATE TABLE window_rows AS ${rows.window.rows};`,
      `CREATE TABLE data_rows AS ${rows.data.rows};`,
      ...(test === undefined ? [] : [`CREATE TABLE test_rows AS ${test.rows};`]),
      ...parts.map(([, sql]) => sql),
    ]
      .filter(Boolean)
      .join("\n"),
    files: parts.map(([file]) => file),
  };
}

function clockSql(column: string, { start, end }: Window): string {
  const [first, last] = [`TIMESTAMP ${literal(start)}`, `TIMESTAMP ${literal(end)}`];
  return `SELECT count(*) AS "rows", count_if(moment IS NULL) AS undated, count_if(moment < ${first}) AS "before",
    count_if(moment >= ${last}) AS "after", min(moment)::VARCHAR AS "first", max(moment)::VARCHAR AS "last"
    FROM (SELECT ${momentOf(`${identifier(column)}::VARCHAR`)} AS moment FROM window_rows)`;
}

/** Rows are equal by the columns that all have; without one there is nothing to compare. */
function overlapStatements(shared: readonly string[], test: readonly string[], path: string): [GuardFile, string][] {
  const columns = shared.filter((name) => test.includes(name));
  if (columns.length === 0) return [];
  const inTest = (table: string): string =>
    `(SELECT { "rows": count(*), "inTest": count_if(${rowHash(columns)} IN (FROM test_hashes)) } FROM ${table})`;
  return [
    [
      "overlap",
      [
        `CREATE TABLE test_hashes AS SELECT DISTINCT ${rowHash(columns)} AS hash FROM test_rows;`,
        toJson(`SELECT ${inTest("window_rows")} AS "window", ${inTest("data_rows")} AS "data"`, path),
      ].join("\n"),
    ],
  ];
}

/**
 * How well each column alone tells the most frequent class from the others, or the upper half of a label of many values from the lower.
 */
function powerStatements(label: string, shared: readonly string[], path: string): [GuardFile, string][] {
  const features = shared.filter((name) => name !== label);
  if (features.length === 0) return [];
  const value = `${identifier(label)}::VARCHAR`;
  const middle = `(SELECT median(${numberOf(value)}) FROM window_rows)`;
  const target = `CASE WHEN (SELECT count(DISTINCT ${value}) FROM window_rows) <= ${MOST_CLASSES}
    THEN ${value} = (SELECT mode(${value}) FROM window_rows) ELSE ${numberOf(value)} > ${middle} END`;
  const sides = ["window", "data"].map(
    (side) => `
    CREATE TABLE ${side}_powers AS
    WITH sample AS (SELECT ${target} AS hit, ${features.map((name) => `${identifier(name)}::VARCHAR AS ${identifier(name)}`).join(", ")}
        FROM (FROM ${side}_rows USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (1))),
      cells AS (SELECT hit::INTEGER AS hit, name, value FROM (UNPIVOT sample ON COLUMNS(* EXCLUDE (hit)) INTO NAME name VALUE value) WHERE hit IS NOT NULL),
      kinds AS (SELECT name, count(DISTINCT value) AS kinds FROM cells GROUP BY name),
      scored AS (SELECT name, hit, CASE WHEN kinds <= ${MOST_VALUES} THEN avg(hit) OVER (PARTITION BY name, value)
        ELSE ${numberOf("value")} END AS score FROM cells JOIN kinds USING (name)),
      ranked AS (SELECT name, hit, rank() OVER (PARTITION BY name ORDER BY score)
        + (count(*) OVER (PARTITION BY name, score) - 1) / 2 AS place FROM scored WHERE isfinite(score)),
      sums AS (SELECT name, sum(hit) AS hits, count(*) - sum(hit) AS others, sum(place) FILTER (hit = 1) AS places
        FROM ranked GROUP BY name)
    SELECT name, greatest(area, 1 - area) AS power
    FROM (SELECT name, (places - hits * (hits + 1) / 2) / (hits * others) AS area FROM sums
      WHERE hits >= ${FEWEST_ROWS} AND others >= ${FEWEST_ROWS});`,
  );
  const select = `SELECT name AS "column", w.power AS "window", d.power AS "data"
    FROM window_powers w LEFT JOIN data_powers d USING (name) ORDER BY w.power DESC, name`;
  return [["powers", [...sides, toJson(select, path)].join("\n")]];
}
