import { identifier } from "../../tables/sql.ts";
import { TOP_CUTS } from "./classification.ts";
import type { ModelPlan } from "./plan.ts";

/*
 * The scores of more than two classes, a column each. All that is measured of them is a mean of one number a row, so that
 * resamples and bins need no more of a row than that.
 */

/** How far from 1 the scores of a row may add up, for each class: they may be rounded to two digits. */
const ROUNDING = 0.005;

/** Places of labels that are told apart: one more than the last that any metric is about. */
const MOST_PLACES = Math.max(...TOP_CUTS) + 1;

/** What the loading of a model's rows knows of its columns, as SQL. */
export interface LoadedColumns {
  readonly key: string;
  /** The place of a class among the classes, from 0. */
  readonly label: string;
  readonly prediction: string;
  /** Further columns, each after a comma. */
  readonly groups: string;
  /** How much a row counts. */
  readonly weight: "weight" | "1";
}

/**
 * A query of a model's rows: the score of the answer, the log loss, the place of the label among the classes by score, and the row's
 * share in the mean of the areas under the ROC curves, one class against the rest. The log loss is null when the scores of some row do not add up to 1, and the area when
 * no row, or every row, has the label of some class.
 *
 * A row's share is what the mean area moves by with its weight (E. DeLong et al., Comparing the areas under two or more
 * correlated ROC curves, 1988), moved so that the mean over all rows is the area itself.
 *
 * @param clipped keeps a probability away from 0 and 1
 */
export function scoredRows(
  { table, scores, score }: ModelPlan,
  { key, label, prediction, groups, weight }: LoadedColumns,
  clipped: (probability: string) => string,
): string {
  const all = scores.map((column) => `try_cast(${identifier(column)} AS DOUBLE)`).join(", ");
  const loss =
    score === "probability"
      ? `CASE WHEN (SELECT bool_and(abs(list_sum(scores) - 1) <= ${ROUNDING * scores.length}) FROM given) THEN -ln(${clipped("scores[label + 1]")}) END`
      : "NULL::DOUBLE";
  return `
    WITH given AS MATERIALIZED (
      SELECT row_number() OVER () AS place, ${key} AS key, ${label} AS label, ${prediction} AS prediction, [${all}] AS scores${groups}
      FROM ${table}
    ), spread AS MATERIALIZED (
      SELECT place, unnest(range(${scores.length})) AS class, unnest(scores) AS one, label, scores[label + 1] AS of_label, ${weight} AS counts FROM given
    ), steps AS (
      SELECT class, one, coalesce(sum(counts) FILTER (label = class), 0) AS hits, coalesce(sum(counts) FILTER (label <> class), 0) AS others FROM spread GROUP BY ALL
    ), ranked AS (
      SELECT class, one, hits, sum(hits) OVER upto - hits / 2 AS hits_to, sum(others) OVER upto - others / 2 AS others_to,
        nullif(sum(hits) OVER whole, 0) AS all_hits, nullif(sum(others) OVER whole, 0) AS all_others
      FROM steps WINDOW upto AS (PARTITION BY class ORDER BY one), whole AS (PARTITION BY class)
    ), measured AS (
      SELECT *, sum(hits * others_to) OVER (PARTITION BY class) / (all_hits * all_others) AS area FROM ranked
    ), areas AS (
      SELECT place, CASE WHEN count(area) = ${scores.length} THEN avg(area + (all_hits + all_others) * CASE WHEN label = class
          THEN (others_to / all_others - area) / all_hits
          ELSE ((all_hits - hits_to) / all_hits - area) / all_others END) END AS area,
        least(${MOST_PLACES}, 1 + count(*) FILTER (one > of_label OR (one = of_label AND class > label)))::INTEGER AS label_place
      FROM spread JOIN measured USING (class, one) GROUP BY place
    )
    SELECT given.* EXCLUDE (place, scores), scores[prediction + 1] AS score, ${loss} AS log_loss, area, label_place
    FROM given JOIN areas USING (place)`;
}
