import { z } from "zod";
import { identifier } from "../../tables/sql.ts";
import type { MeasurementPlan } from "../predictions/plan.ts";
import { classCode, classType, keyOf } from "../predictions/sql.ts";
import type { LabelErrors } from "./results.ts";

/* Confident learning in SQL: thresholds by class, and the rows whose label they speak against. */

/** Scores are compared with so much slack, as cleanlab does. */
const SLACK = 1e-6;
const LEAST_THRESHOLD = 2 * SLACK;
const EXAMPLES = 20;

/**
 * A query of one row of lists: the thresholds, the kinds of likely errors, and the examples. Undefined where the scores are no
 * probabilities of all classes.
 */
export function labelErrorsQuery(
  plan: MeasurementPlan,
): { readonly before: readonly string[]; readonly sql: string } | undefined {
  const [model] = plan.models;
  if (model === undefined || plan.classes.length < 2 || model.score !== "probability") return undefined;
  const code = classCode(plan);
  const sql = `
    WITH given AS MATERIALIZED (
      SELECT ${keyOf(plan)} AS key, ${code("label")} AS label, ${scoresOf(plan)} AS scores FROM ${model.table}
    ), thresholds AS (
      SELECT list(coalesce(threshold, 2) ORDER BY class) AS thresholds FROM (
        SELECT class, greatest(avg(scores[class + 1]) FILTER (label = class), ${LEAST_THRESHOLD}) AS threshold
        FROM given, unnest(range(${plan.classes.length})) AS classes(class) GROUP BY class
      )
    ), confident AS (
      SELECT key, label, scores, list_filter(range(${plan.classes.length}), lambda class: scores[class + 1] >= thresholds[class + 1] - ${SLACK}) AS classes
      FROM given, thresholds
    ), guessed AS (
      SELECT *, scores[label + 1] AS score, list_max(scores) AS highest,
        CASE WHEN len(classes) = 1 THEN classes[1] WHEN len(classes) > 1 THEN list_position(scores, list_max(scores)) - 1 END AS likely
      FROM confident
    ), doubtful AS MATERIALIZED (
      SELECT key::VARCHAR AS row, label, likely, score, scores[likely + 1] AS "likelyScore" FROM guessed
      WHERE likely <> label AND highest > score + ${SLACK}
    )
    SELECT (SELECT count(*) FROM given) AS rows, (SELECT count(*) FROM doubtful) AS doubtful, thresholds,
      (SELECT list({label: label, likely: likely, rows: rows} ORDER BY rows DESC, label, likely) FROM (SELECT label, likely, count(*) AS rows FROM doubtful GROUP BY ALL)) AS kinds,
      (SELECT list(one ORDER BY one.score, one.row) FROM (SELECT doubtful AS one FROM doubtful ORDER BY score, row LIMIT ${EXAMPLES})) AS examples
    FROM thresholds`;
  return { before: classType(plan), sql };
}

/** The scores of all classes as a list; of two classes there is that of the positive one. */
function scoresOf({ classes, positive, models: [model] }: MeasurementPlan): string {
  const columns = (model?.scores ?? []).map((name) => `try_cast(${identifier(name)} AS DOUBLE)`);
  if (positive === undefined) return `[${columns.join(", ")}]`;
  const both = [`1 - ${columns[0]}`, columns[0]];
  return `[${(classes.indexOf(positive) === 0 ? [...both].reverse() : both).join(", ")}]`;
}

const kind = z.object({ label: z.number(), likely: z.number(), rows: z.number() });

/** The row of the query. */
export const labelErrorsSchema = z.object({
  rows: z.number(),
  doubtful: z.number(),
  thresholds: z.array(z.number()),
  kinds: z.array(kind).nullable(),
  examples: z
    .array(kind.omit({ rows: true }).extend({ row: z.string(), score: z.number(), likelyScore: z.number() }))
    .nullable(),
});

/** The same by the names of the classes. A class without rows has no threshold. */
export function labelErrors(found: z.output<typeof labelErrorsSchema>, classes: readonly string[]): LabelErrors {
  const name = (at: number): string => classes[at] ?? "";
  const named = <Row extends { readonly label: number; readonly likely: number }>(row: Row) => ({
    ...row,
    ...{ label: name(row.label), likely: name(row.likely) },
  });
  return {
    rows: found.rows,
    doubtful: found.doubtful,
    thresholds: Object.fromEntries(
      found.thresholds.flatMap((threshold, at) => (threshold > 1 ? [] : [[name(at), threshold]])),
    ),
    kinds: (found.kinds ?? []).map(named),
    examples: (found.examples ?? []).map(named),
  };
}
