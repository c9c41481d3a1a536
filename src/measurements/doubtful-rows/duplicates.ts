import { z } from "zod";
import { FILE_COLUMN, identifier } from "../../tables/sql.ts";
import type { Duplicates } from "./results.ts";

/** Where rows are looked for that are alike. */
export interface DuplicatesPlan {
  /** A SELECT of all rows, with the file of each. */
  readonly rows: string;
  readonly label: string;
  /** The columns that rows are compared by. */
  readonly columns: readonly string[];
}

/** With fewer columns rows are alike that have nothing to do with each other. */
const LEAST_COLUMNS = 3;
const EXAMPLES = 10;
const PLACES = 4;

/** A query of one row: counts, and the examples; undefined where there are too few columns. */
export function duplicatesQuery({ rows, label, columns }: DuplicatesPlan): string | undefined {
  if (columns.length < LEAST_COLUMNS) return undefined;
  const alike = (name: string): string => {
    const text = `trim(coalesce(${identifier(name)}::VARCHAR, ''))`;
    return `CASE WHEN isfinite(try_cast(${text} AS DOUBLE)) THEN printf('%.3e', try_cast(${text} AS DOUBLE)) ELSE regexp_replace(lower(${text}), '[^\\p{L}\\p{N}]+', '', 'g') END`;
  };
  return `
    WITH placed AS (
      SELECT *, ml_pipeline_at - min(ml_pipeline_at) OVER (PARTITION BY ${FILE_COLUMN}) + 1 AS ml_pipeline_place
      FROM (SELECT *, row_number() OVER () AS ml_pipeline_at FROM (${rows}))
    ), alike AS MATERIALIZED (
      SELECT hash([${columns.map(alike).join(", ")}]) AS key, ml_pipeline_at AS nth, ${FILE_COLUMN} AS file, ml_pipeline_place AS place,
        trim(coalesce(${identifier(label)}::VARCHAR, '')) AS label
      FROM placed
    ), repeated AS MATERIALIZED (
      SELECT count(*) AS rows, count(DISTINCT label) AS labels, count(DISTINCT file) AS files,
        list_slice(list({file: file, place: place} ORDER BY nth), 1, ${PLACES}) AS places, list_slice(list(DISTINCT label ORDER BY label), 1, ${PLACES}) AS "labelNames", min(nth) AS nth
      FROM alike GROUP BY key HAVING count(*) > 1
    )
    SELECT (SELECT count(*) FROM alike) AS rows, coalesce(sum(rows), 0)::BIGINT AS repeated,
      coalesce(sum(rows) FILTER (labels > 1), 0)::BIGINT AS contradicting, coalesce(sum(rows) FILTER (files > 1), 0)::BIGINT AS "betweenFiles",
      (SELECT list({places: places, rows: rows, labels: "labelNames"} ORDER BY files > 1 DESC, rows DESC, nth)
        FROM (SELECT * FROM repeated ORDER BY files > 1 DESC, rows DESC, nth LIMIT ${EXAMPLES})) AS examples
    FROM repeated`;
}

/** The row of the query. */
export const duplicatesSchema = z.object({
  rows: z.number(),
  repeated: z.number(),
  contradicting: z.number(),
  betweenFiles: z.number(),
  examples: z
    .array(
      z.object({
        places: z.array(z.object({ file: z.string(), place: z.number() })),
        rows: z.number(),
        labels: z.array(z.string()),
      }),
    )
    .nullable(),
});

/**
 * The duplicates by the names of files; undefined where most rows are alike, since the columns do not tell them apart then.
 *
 * @param mount the folder that the files are in
 */
export function duplicates(
  { examples, ...counts }: z.output<typeof duplicatesSchema>,
  { columns }: Pick<DuplicatesPlan, "columns">,
  mount: string,
): Duplicates | undefined {
  if (counts.repeated * 2 > counts.rows) return undefined;
  const placeOf = ({ file, place }: { readonly file: string; readonly place: number }): string =>
    `${file.startsWith(`${mount}/`) ? file.slice(mount.length + 1) : file} ${place}`;
  return {
    columns: columns.length,
    ...counts,
    examples: (examples ?? []).map(({ places, ...group }) => ({ places: places.map(placeOf), ...group })),
  };
}
