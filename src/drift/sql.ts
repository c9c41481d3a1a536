import { isSpelledMissing } from "../tables/missing.ts";
import { identifier, literal, numberOf, toJson } from "../tables/sql.ts";
import type { TableRows } from "../tables/table.ts";
import type { ColumnPlan } from "./columns.ts";

/*
 * Two scripts over one database file. `describeScript` reads and samples both sides; `countScript` then counts each column
 * by its plan. Parquet files are read in place, column by column; other formats are imported, to be parsed only once.
 */

/** The size of the sample of each side, which decides the kinds of columns and on which texts are compared. */
export const SAMPLE_ROWS = 100_000;

/** Makes the samples reproducible. */
const SEED = 1;

/** Matches the beginning of 31/01/2024, 31.1.24 and 31-Jan-2024. */
const OTHER_DATE = "^\\s*\\d{1,2}(?:([/.-])\\d{1,2}[/.-]|[ -][A-Za-z]{3,9}[ -])(?:\\d{2}|\\d{4})(?:\\D|$)";

/** The number of bins for numbers with too many different values to count. */
const BINS = 8192;
/** Values more than this many scales from the center are in the first or the last bin. */
const MAX_SCALES = 1e6;
/** The width in scales of the narrowest bins, at the center. Of a normal distribution, such a bin has 0.0015 of the rows. */
export const BIN_WIDTH = (2 * Math.asinh(MAX_SCALES)) / BINS;
const MAX_CATEGORIES = 1000;
const MAX_WORDS = 200;
/** Larger numbers are cut to this one, so that sums stay finite. */
const MAX_SUMMAND = 1e290;

export const SIDES = ["reference", "current"] as const;
export type Side = (typeof SIDES)[number];

export type Sides = Readonly<Record<Side, TableRows>>;

/** The files that the scripts write. */
export const FILES = {
  types: (side: Side) => `${side}-types.json`,
  rows: (side: Side) => `${side}-rows.json`,
  facts: (side: Side) => `${side}-facts.json`,
  numbers: "numbers.json",
  categories: "categories.json",
  lengths: "lengths.json",
  words: "words.json",
  present: (side: Side) => `${side}-present.json`,
};

/** Opens the database; both scripts need the settings for tables that are read in place. */
const open = (database: string, sides: Sides): string =>
  `${SIDES.map((side) => sides[side].settings).join("")}ATTACH ${literal(database)} AS drift; USE drift;`;

const write = (folder: string, file: string, sql: string): string => toJson(sql, `${folder}/${file}`);

/** @param database the path of a database file that does not exist yet */
export function describeScript(database: string, folder: string, sides: Sides): string {
  return [open(database, sides), ...SIDES.flatMap((side) => describeSide(folder, side, sides[side]))].join("\n");
}

function describeSide(folder: string, side: Side, { rows, inPlace }: TableRows): string[] {
  const sample = `${side}_sample`;
  const finite = "FILTER (isfinite(number))";
  return [
    `CREATE ${inPlace ? "VIEW" : "TABLE"} ${side} AS ${rows};`,
    `CREATE TABLE ${sample} AS SELECT * FROM ${side} USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (${SEED});`,
    write(folder, FILES.types(side), `SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${side})`),
    write(folder, FILES.rows(side), `SELECT count(*) AS "rows" FROM ${side}`),
    // One row per value. Reading it from a table is many times as fast as from UNPIVOT itself.
    `CREATE TEMP TABLE ${side}_values AS SELECT name, value, ${numberOf("value")} AS number
      FROM (UNPIVOT (SELECT COLUMNS(*)::VARCHAR FROM ${sample}) ON COLUMNS(*) INTO NAME name VALUE value);`,
    write(
      folder,
      FILES.facts(side),
      `SELECT name, count(*) AS present, count(DISTINCT value) AS "distinct", count(number) AS "numeric",
        count_if(number IS NULL AND ${isSpelledMissing("value")}) AS gaps,
        count(*) FILTER (number <> floor(number)) AS decimals, count(try_cast(value AS TIMESTAMP)) AS times,
        count_if(number IS NULL AND regexp_matches(value, ${literal(OTHER_DATE)})) AS "otherDates",
        avg(len(string_split(trim(value), ' '))) AS words, min(number) ${finite} AS low, max(number) ${finite} AS high,
        quantile_cont(number, [0.05, 0.25, 0.5, 0.75, 0.95]) ${finite} AS quantiles
      FROM ${side}_values GROUP BY name`,
    ),
    `DROP TABLE ${side}_values;`,
  ];
}

/** How many columns of a wide table are read at once, which has fewer cells then than this. */
const COLUMNS_AT_ONCE = 50;
const CELLS_AT_ONCE = 20_000_000;

/** The columns that are counted together, and the tables to count them in. */
interface CountedPart {
  readonly columns: readonly { readonly column: ColumnPlan; readonly index: number }[];
  readonly setup: readonly string[];
  readonly from: From;
}

/** The name of the table that has one side. */
type From = (side: Side) => string;

const sampleOf: From = (side) => `${side}_sample`;

/**
 * Each statement about a Parquet file reads what it says of all its columns. So a wide one is counted in parts, for each of
 * which some columns are copied first, unless they have so many rows that this costs more.
 */
function partsOf(sides: Sides, columns: readonly ColumnPlan[], rows: number): CountedPart[] {
  const all = columns.map((column, index) => ({ column, index }));
  const atOnce = Math.min(COLUMNS_AT_ONCE, Math.floor(CELLS_AT_ONCE / Math.max(1, rows)));
  const copied = SIDES.filter((side) => sides[side].inPlace);
  if (columns.length <= COLUMNS_AT_ONCE || atOnce < 2 || copied.length === 0) {
    return [{ columns: all, setup: [], from: (side) => side }];
  }
  return Array.from({ length: Math.ceil(all.length / atOnce) }, (_, part) => {
    const some = all.slice(part * atOnce, (part + 1) * atOnce);
    const names = some.map(({ column }) => identifier(column.name)).join(", ");
    return {
      columns: some,
      setup: copied.map((side) => `CREATE OR REPLACE TEMP TABLE ${side}_part AS SELECT ${names} FROM ${side};`),
      from: (side) => (copied.includes(side) ? `${side}_part` : side),
    };
  });
}

/**
 * Counts the columns one after another, so that only one at a time needs memory.
 *
 * @param rows the number of rows of the larger side
 */
export function countScript(
  database: string,
  folder: string,
  sides: Sides,
  { columns, rows }: { readonly columns: readonly ColumnPlan[]; readonly rows: number },
): string {
  const filled = new Set<string>();
  const fill = (file: string, select: string): string => {
    const table = tableOf(file);
    if (filled.has(table)) return `INSERT INTO ${table} ${select};`;
    filled.add(table);
    return `CREATE TEMP TABLE ${table} AS ${select};`;
  };
  const counted = partsOf(sides, columns, rows).flatMap((part) => [
    ...part.setup,
    ...part.columns.flatMap(({ column, index }) =>
      countsOf(column, part.from).map(([file, select]) =>
        fill(file, `SELECT ${index} AS "column", * FROM (${select})`),
      ),
    ),
    ...SIDES.map((side) => fill(FILES.present(side), presentCounts(part, side))),
  ]);
  const results = [FILES.numbers, FILES.categories, FILES.lengths, FILES.words].map((file) =>
    write(folder, file, filled.has(tableOf(file)) ? `FROM ${tableOf(file)}` : "SELECT 1 LIMIT 0"),
  );
  const present = SIDES.map((side) => {
    const file = FILES.present(side);
    return write(folder, file, `SELECT flatten(list(present ORDER BY first)) AS present FROM ${tableOf(file)}`);
  });
  return [open(database, sides), ...counted, ...results, ...present].join("\n");
}

const tableOf = (file: string): string => file.replace(".json", "").replace("-", "_");

/** The queries that count a column, each with the file of its results. */
function countsOf(column: ColumnPlan, from: From): (readonly [file: string, select: string])[] {
  switch (column.kind) {
    case "number":
      return [[FILES.numbers, numberCells(asNumber(column), column, from)]];
    case "category":
      return [[FILES.categories, categoryCells(column, from)]];
    case "text":
      return [
        [FILES.lengths, lengthCells(column)],
        [FILES.words, wordCounts(column)],
      ];
    case "skipped":
      return [];
  }
}

const presentCounts = ({ columns, from }: CountedPart, side: Side): string =>
  `SELECT ${columns[0]?.index ?? 0} AS first, list_value(${columns.map(({ column }) => presentCount(column)).join(", ")}) AS present FROM ${from(side)}`;

/** The values that are not missing. Of numbers, NaN is missing too: some programs write it where others write nothing. */
const presentCount = (column: ColumnPlan): string =>
  column.numeric ? `count_if(NOT isnan(${asNumber(column)}))` : `count(${identifier(column.name)})`;

const asNumber = ({ name }: ColumnPlan): string => `try_cast(${identifier(name)} AS DOUBLE)`;

/** The counts of both sides per key, as parallel lists in the given order. */
const sideBySide = (counts: (side: Side) => string, order: string, value: string): string => `
  SELECT list(value ORDER BY place) AS values, list(before ORDER BY place) AS reference, list(now ORDER BY place) AS current
  FROM (
    SELECT ${value} AS value, coalesce(r.n, 0) AS before, coalesce(c.n, 0) AS now, ${order} AS place
    FROM (${counts("reference")}) r FULL JOIN (${counts("current")}) c USING (key)
  )`;

/** Counts per value, or per bin. The bins cover all values, so that only the order within a bin is lost. */
function numberCells(value: string, { exact, center, scale }: ColumnPlan, from: From): string {
  if (exact) {
    return sideBySide(
      (side) =>
        `SELECT v AS key, count(*) AS n FROM (SELECT ${value} AS v FROM ${from(side)}) WHERE isfinite(v) GROUP BY v`,
      "key",
      "key",
    );
  }
  // A literal with an exponent is a DOUBLE; without one it could be a DECIMAL.
  const bin = `floor((asinh((v - ${center.toExponential()}) / ${scale.toExponential()}) + ${Math.asinh(MAX_SCALES)}) / ${BIN_WIDTH})`;
  return sideBySide(
    (side) => `
      SELECT greatest(0, least(${BINS - 1}, ${bin}))::INTEGER AS key, count(*) AS n,
        sum(greatest(${-MAX_SUMMAND}, least(${MAX_SUMMAND}, v))) AS s
      FROM (SELECT ${value} AS v FROM ${from(side)}) WHERE isfinite(v) GROUP BY key`,
    "key",
    "(coalesce(r.s, 0) + coalesce(c.s, 0)) / (coalesce(r.n, 0) + coalesce(c.n, 0))",
  );
}

/** Counts per category. All beyond the most frequent ones are one category, the last, with the name null. */
function categoryCells(column: ColumnPlan, from: From): string {
  const value = column.numeric
    ? `CASE WHEN isfinite(${asNumber(column)}) THEN ${asNumber(column)} END`
    : identifier(column.name);
  const counts = (side: Side): string =>
    `SELECT v AS key, count(*) AS n FROM (SELECT ${value}::VARCHAR AS v FROM ${from(side)}) WHERE v IS NOT NULL GROUP BY v`;
  return `
    SELECT list(value ORDER BY place) AS values, list(before ORDER BY place) AS reference, list(now ORDER BY place) AS current
    FROM (
      SELECT CASE WHEN place <= ${MAX_CATEGORIES} THEN key END AS value, sum(before)::BIGINT AS before, sum(now)::BIGINT AS now,
        min(place) AS place
      FROM (
        SELECT key, coalesce(r.n, 0) AS before, coalesce(c.n, 0) AS now,
          row_number() OVER (ORDER BY before + now DESC, key) AS place
        FROM (${counts("reference")}) r FULL JOIN (${counts("current")}) c USING (key)
      ) GROUP BY value
    )`;
}

/** Counts per length in characters, on the sample. */
const lengthCells = (column: ColumnPlan): string =>
  numberCells(`length(${identifier(column.name)}::VARCHAR)::DOUBLE`, { ...column, exact: true }, sampleOf);

/**
 * Counts the texts of the samples that contain each frequent word of the reference, and those that contain a word outside of
 * the vocabulary, which is that of one half of the reference: in its other half and in the current texts.
 */
function wordCounts({ name }: ColumnPlan): string {
  const texts = (side: Side): string => `
    SELECT row_number() OVER () AS text, list_distinct(regexp_extract_all(lower(${identifier(name)}::VARCHAR), '[\\p{L}\\p{N}]+')) AS words
    FROM ${sampleOf(side)} WHERE ${identifier(name)} IS NOT NULL`;
  const counts = (side: Side): string => `SELECT word, count(*) AS n FROM ${side}_words GROUP BY word`;
  return `
    WITH reference_texts AS MATERIALIZED (SELECT *, hash(text) % 2 = 0 AS known FROM (${texts("reference")})),
      current_texts AS MATERIALIZED (${texts("current")}),
      reference_words AS MATERIALIZED (SELECT text, known, unnest(words) AS word FROM reference_texts),
      current_words AS MATERIALIZED (SELECT text, unnest(words) AS word FROM current_texts),
      vocabulary AS MATERIALIZED (SELECT DISTINCT word FROM reference_words WHERE known),
      most AS (
        SELECT word, r.n AS before, coalesce(c.n, 0) AS now FROM (${counts("reference")}) r LEFT JOIN (${counts("current")}) c USING (word)
        ORDER BY before DESC, word LIMIT ${MAX_WORDS}
      )
    SELECT
      (SELECT count(*) FROM reference_texts) AS reference, (SELECT count(*) FROM current_texts) AS current,
      (SELECT list({ word: word, reference: before, current: now } ORDER BY before DESC, word) FROM most) AS words,
      (SELECT count(*) FROM reference_texts WHERE NOT known) AS otherHalf,
      (SELECT count(DISTINCT text) FROM reference_words ANTI JOIN vocabulary USING (word) WHERE NOT known) AS unseenInOtherHalf,
      (SELECT count(DISTINCT text) FROM current_words ANTI JOIN vocabulary USING (word)) AS unseenInCurrent`;
}
