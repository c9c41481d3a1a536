import type { DescribedFile } from "../../tables/describe.ts";
import { readingSettings, selectRows } from "../../tables/read.ts";
import { FILE_COLUMN, identifier, literal } from "../../tables/sql.ts";
import type { RowSet } from "./row-sets.ts";

/*
 * One script that finds out which rows of the data the predictions are of. It numbers the rows of both in the order of
 * their files, pairs them in every way that their counts and ids allow, and counts what their labels say to it.
 */

export interface PairingPlan {
  /** The data's files, with the paths at which they are mounted. */
  readonly files: readonly DescribedFile[];
  /** The columns of the data, and which of them may hold ids. */
  readonly columns: readonly string[];
  readonly label: string;
  readonly ids: readonly string[];
  readonly sets: readonly RowSet[];
  /** The table expression that reads the predictions. */
  readonly predictions: string;
  /** Whether the project names its evaluation data, so that there is one set. */
  readonly named: boolean;
  readonly has: { readonly id: boolean; readonly score: boolean };
  readonly regression: boolean;
  /** How many rows to draw. */
  readonly sample: number;
}

/** The files that the script writes into a folder. */
export const PAIRING_TABLES = {
  sets: "sets.json",
  pairings: "pairings.json",
  inside: "inside.json",
  pairs: "pairs.json",
  numbers: "numbers.json",
  sequences: "sequences.json",
  sample: "sample.json",
  instances: "instances.json",
} as const;

/** Sets with more rows than that multiple of the predictions are not looked at. */
const MAX_ROWS_TIMES = 1000;
/** Sets, with their parts, that are looked at: those with the nearest number of rows. */
const MAX_WANTED = 12;
/** Longer sequences are not searched for rows that were left out. */
const MAX_SEQUENCE = 2_000_000;
const MAX_PAIRS = 20_000;
/** Labels that differ by less than this share are one that was rounded. */
const ROUNDING = 1e-6;

/** Texts that pandas reads as a missing value. */
const GAPS = "('', 'NA', 'N/A', 'n/a', 'NaN', 'nan', 'null', 'NULL', 'None', '#N/A', '<NA>')";
/** With more columns than this, gaps in rows are not looked for. */
const MAX_GAP_COLUMNS = 200;

/** Makes 7, 7.0 and 07 one value, whatever the type: whole numbers keep all digits, others nine. */
const CANON = `CREATE TEMP MACRO canon(x) AS CASE
  WHEN x IS NULL THEN NULL
  WHEN lower(trim(x)) IN ('true', 'false') THEN lower(trim(x))
  WHEN regexp_full_match(trim(x), '[+-]?[0-9]{1,30}([.]0*)?') THEN coalesce(try_cast(split_part(trim(x), '.', 1) AS HUGEINT)::VARCHAR, trim(x))
  WHEN isfinite(try_cast(trim(x) AS DOUBLE)) THEN printf('%.9g', try_cast(trim(x) AS DOUBLE))
  ELSE trim(x) END;`;

export function pairingScript(plan: PairingPlan, folder: string): string {
  const { files, has, regression } = plan;
  const write = (file: string, sql: string): string =>
    `COPY (${sql}) TO ${literal(`${folder}/${file}`)} (FORMAT json, ARRAY true);`;
  return [
    readingSettings(files),
    CANON,
    numberedData(plan),
    numberedPredictions(plan),
    ...memberships(plan),
    wantedSets(plan),
    // Places are counted from both ends once, because a join on an expression of both sides compares every row with every row.
    `CREATE TEMP TABLE e AS SELECT *, place - rows AS back FROM (
       SELECT set_no, part, rows, "at", row_number() OVER (PARTITION BY set_no, part ORDER BY "at") AS place
       FROM d JOIN g USING (file_no) JOIN w USING (set_no) WHERE part = 'all' OR (part = 'labelled' AND label IS NOT NULL) OR (part = 'complete' AND complete));`,
    `CREATE TEMP TABLE j AS ${pairings(plan).join("\nUNION ALL\n")};`,
    write(PAIRING_TABLES.sets, "SELECT set_no, part, rows::BIGINT AS rows FROM w ORDER BY rows, set_no, part"),
    write(
      PAIRING_TABLES.pairings,
      "SELECT set_no, part, how, count(*) AS rows, count(DISTINCT d_at) AS different FROM j GROUP BY ALL",
    ),
    write(
      PAIRING_TABLES.inside,
      `SELECT how, g.set_no AS set_no, count(*) AS rows FROM j JOIN d ON d."at" = d_at JOIN g USING (file_no) WHERE j.set_no = -1 GROUP BY ALL`,
    ),
    write(
      PAIRING_TABLES.pairs,
      regression
        ? "SELECT 0 AS set_no WHERE false"
        : `SELECT set_no, part, how, d.label AS data, p.label AS evaluated, count(*) AS rows FROM j JOIN d ON d."at" = d_at JOIN p ON p."at" = p_at
           GROUP BY ALL ORDER BY rows DESC LIMIT ${MAX_PAIRS}`,
    ),
    write(PAIRING_TABLES.numbers, regression ? numbers : "SELECT 0 AS set_no WHERE false"),
    write(PAIRING_TABLES.sequences, sequences),
    `CREATE TEMP TABLE drawn AS SELECT set_no, part, how, p_at, d_at FROM j
     QUALIFY row_number() OVER (PARTITION BY set_no, part, how ORDER BY hash(p_at), p_at) <= ${plan.sample};`,
    write(
      PAIRING_TABLES.sample,
      `SELECT set_no, part, how, d_at AS "at", prediction${has.score ? ", score" : ""} FROM drawn JOIN p ON p."at" = p_at ORDER BY ALL`,
    ),
    write(
      PAIRING_TABLES.instances,
      `SELECT * FROM (SELECT row_number() OVER () AS ml_pipeline_at, * EXCLUDE (${identifier(FILE_COLUMN)}) FROM (${selectRows(files)}))
       WHERE ml_pipeline_at IN (SELECT d_at FROM drawn)`,
    ),
  ].join("\n");
}

/** All rows of the data, numbered from 1 in the order of the files: their label and what may be their id. */
function numberedData({ files, columns, label, ids }: PairingPlan): string {
  const complete =
    columns.length > MAX_GAP_COLUMNS
      ? "true"
      : columns.map((name) => `coalesce(${identifier(name)}::VARCHAR, '') NOT IN ${GAPS}`).join(" AND ");
  const numbers = files.map(({ path }, index) => `(${literal(path)}, ${index})`).join(", ");
  return `CREATE TEMP TABLE d AS
    SELECT "at", file_no, label, complete${ids.map((_, index) => `, id_${index}`).join("")} FROM (
      SELECT row_number() OVER () AS "at", ${identifier(FILE_COLUMN)} AS path, nullif(canon(${identifier(label)}::VARCHAR), '') AS label, (${complete}) AS complete
        ${ids.map((name, index) => `, canon(${identifier(name)}::VARCHAR) AS id_${index}`).join("")}
      FROM (${selectRows(files)})
    ) JOIN (VALUES ${numbers}) f(path, file_no) USING (path);`;
}

const numberedPredictions = ({ predictions, has }: PairingPlan): string => `CREATE TEMP TABLE p AS
    SELECT *, "at" - count(*) OVER () AS back, try_cast(id AS BIGINT) AS number FROM (
    SELECT row_number() OVER () AS "at", canon(label::VARCHAR) AS label, prediction::VARCHAR AS prediction,
      ${has.id ? 'canon("id"::VARCHAR)' : "NULL::VARCHAR"} AS id, ${has.score ? "score::VARCHAR" : "NULL::VARCHAR"} AS score
    FROM ${predictions});`;

/** Which files each set has, and its rows: all of them, those with a label, those without gaps. */
function memberships({ sets, files }: PairingPlan): string[] {
  const numberOf = new Map(files.map(({ path }, index) => [path, index]));
  const rows = sets.flatMap(({ files: of }, set) => of.map((file) => `(${set}, ${numberOf.get(file) ?? -1})`));
  return [
    `CREATE TEMP TABLE g AS SELECT * FROM (VALUES ${rows.join(", ")}) g(set_no, file_no);`,
    `CREATE TEMP TABLE c AS SELECT file_no, count(*) AS "all", count(label) AS labelled, count(*) FILTER (complete) AS complete FROM d GROUP BY file_no;`,
    `CREATE TEMP TABLE s AS SELECT set_no, part, rows FROM (
      SELECT set_no, sum("all") AS "all", sum(labelled) AS labelled, sum(complete) AS complete FROM g JOIN c USING (file_no) GROUP BY set_no
    ) UNPIVOT (rows FOR part IN ("all", labelled, complete));`,
  ];
}

/** Sets that have as many rows as there are predictions, or more. A part that is the whole is not looked at twice. */
const wantedSets = ({ named }: PairingPlan): string => `CREATE TEMP TABLE w AS
    SELECT set_no, part, rows FROM s
    WHERE ${named ? "true" : `rows BETWEEN (SELECT count(*) FROM p) AND ${MAX_ROWS_TIMES} * (SELECT count(*) FROM p)`}
    QUALIFY row_number() OVER (PARTITION BY set_no, rows ORDER BY part = 'all' DESC, part = 'labelled' DESC) = 1
    ORDER BY abs(rows - (SELECT count(*) FROM p)), set_no LIMIT ${MAX_WANTED};`;

/** Every way in which rows of predictions and of data are paired. */
function pairings({ ids, has }: PairingPlan): string[] {
  const size = "(SELECT count(*) FROM p)";
  const select = (how: string, on: string, of: string): string =>
    `SELECT set_no, part, ${literal(how)} AS how, p."at" AS p_at, e."at" AS d_at FROM (SELECT * FROM e WHERE ${of}) e JOIN p ON ${on}`;
  return [
    select("whole", 'e.place = p."at"', `rows = ${size}`),
    select("first", 'e.place = p."at"', `rows > ${size}`),
    select("last", "e.back = p.back", `rows > ${size}`),
    ...(has.id
      ? [
          select("place-0", "e.place - 1 = p.number", "part = 'all'"),
          select("place-1", "e.place = p.number", "part = 'all'"),
        ]
      : []),
    ...(has.id
      ? ids.map(
          (_, index) => `SELECT -1 AS set_no, 'all' AS part, 'id-${index}' AS how, p."at" AS p_at, k."at" AS d_at
            FROM p JOIN (SELECT id_${index} AS id, min("at") AS "at" FROM d WHERE id_${index} IS NOT NULL GROUP BY 1 HAVING count(*) = 1) k USING (id)`,
        )
      : []),
  ];
}

const same = `abs(x - y) <= ${ROUNDING} * greatest(abs(x), abs(y))`;
const numbers = `SELECT set_no, part, how, count(*) AS compared, count(*) FILTER (${same}) AS equal, corr(x, y) AS correlation,
    avg(x) AS dataMean, stddev_pop(x) AS dataDeviation, avg(y) AS evaluatedMean, stddev_pop(y) AS evaluatedDeviation
  FROM (
    SELECT set_no, part, how, try_cast(d.label AS DOUBLE) AS x, try_cast(p.label AS DOUBLE) AS y
    FROM j JOIN d ON d."at" = d_at JOIN p ON p."at" = p_at
  ) WHERE isfinite(x) AND isfinite(y) GROUP BY ALL`;

/** A letter for each label, in the order of the rows: of the predictions, and of sets that have up to twice as many rows. */
const sequences = `WITH codes AS (
    SELECT label, chr((48 + (dense_rank() OVER (ORDER BY label) - 1) % 70)::INTEGER) AS code
    FROM (SELECT label FROM d UNION SELECT label FROM p)
  )
  SELECT -1 AS set_no, 'all' AS part, string_agg(code, '' ORDER BY "at") AS letters FROM p JOIN codes USING (label)
  UNION ALL
  SELECT set_no, part, string_agg(code, '' ORDER BY place) AS letters
  FROM e JOIN w USING (set_no, part) JOIN d USING ("at") JOIN codes USING (label)
  WHERE w.rows > (SELECT count(*) FROM p) AND w.rows <= least(2 * (SELECT count(*) FROM p), ${MAX_SEQUENCE}) GROUP BY set_no, part`;
