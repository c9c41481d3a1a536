import { identifier } from "../../tables/sql.ts";
import type { ModelPlan } from "./plan.ts";
import type { Task } from "./results.ts";
import { type PartQueries, suffixOf } from "./sql-parts.ts";
import type { PredictionSummary } from "./summary.ts";

/** Places in the ranking up to which `ndcg` is measured as well. */
const CUTS = [1, 3, 5, 10, 20];
export const RANKING_METRICS: readonly string[] = ["ndcg", ...CUTS.map((cut) => `ndcg@${cut}`), "map", "mrr"];

/** So many groups are kept one by one; of more, as many bags of groups are resampled. */
export const MAX_GROUPS = 40_000;
export const BAGS = 10_000;

/** What a model's rows are ranked by. */
interface Ranked {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly models: readonly Pick<ModelPlan, "score">[];
}

/** Why rows cannot be ranked within their groups; undefined when they can. */
export function flawOfRanking(
  group: string,
  { task, classes, models }: Ranked,
  summaries: readonly PredictionSummary[],
): string | undefined {
  if (task === "classification" && classes.length > 2)
    return `predictions.group ranks rows by numbers, and the answers are taken for ${classes.length} classes; set evaluation.task = "regression" for labels that are grades`;
  for (const [index, { file, columns, missing, extent }] of summaries.entries()) {
    if (!columns.includes(group))
      return `predictions.group is ${group}, and ${file} has no such column (it has ${columns.join(", ")})`;
    if ((missing[group] ?? 0) > 0)
      return `${group} is empty in some rows of ${file}, so that nobody can say in which group they are ranked (predictions.group)`;
    if (task === "classification" && models[index]?.score === "none")
      return `predictions.group ranks the rows of two classes by a column score, and ${file} has none that is a number in every row (predictions.score)`;
    const least = extent.label?.low ?? 0;
    if (task === "regression" && least < 0)
      return `label is ${least} in a row of ${file}, and where rows are ranked (predictions.group) it says how relevant a row is: 0 or more`;
  }
  return undefined;
}

/** Columns of a model's rows that rankings are made of, each after a comma, as SQL. */
export function rankedColumns(
  group: string,
  { label, score }: { readonly label: string; readonly score: string },
): string {
  return `, ${identifier(group)}::VARCHAR AS ranked_group, ${label} AS relevance, ${score} AS rank_score`;
}

/**
 * The metrics of each group with a relevant row (whose label is over 0), since the order of the others says nothing:
 *
 * - `ndcg`, and `ndcg@10` up to a place: scikit-learn's ndcg_score, whose gain is the label itself (K. Järvelin and J. Kekäläinen,
 *   Cumulated gain-based evaluation of IR techniques, 2002). Rows of equal scores have the mean of all their orders (F. McSherry
 *   and M. Najork, Computing information retrieval performance measures efficiently in the presence of tied scores, 2008).
 * - `map`: the mean of the precision at each relevant row; `mrr`: 1 through the place of the first one. Of equal scores the relevant
 *   rows come last, so that nothing is gained by scores that tell no rows apart.
 */
function metricsOfGroups(table: string, model: ModelPlan): string {
  const suffix = suffixOf(model);
  const gains = (cut?: number): string => {
    const upTo = (place: string): string => (cut === undefined ? "" : ` FILTER (${place} <= ${cut})`);
    return `sum(gain / log2(place + 1))${upTo("place")} / sum(relevance / log2(ideal + 1))${upTo("ideal")}`;
  };
  const metrics = [
    gains(),
    ...CUTS.map(gains),
    "sum(found / place) FILTER (relevance > 0) / count(*) FILTER (relevance > 0)",
    "max(1 / place) FILTER (relevance > 0)",
  ];
  return `
    SELECT ranked_group, ${metrics.map((metric, at) => `${metric} AS ${column(RANKING_METRICS[at] ?? "", suffix)}`).join(", ")}
    FROM (
      SELECT ranked_group, relevance, count(*) OVER upto AS place, count(*) FILTER (relevance > 0) OVER upto AS found,
        avg(relevance) OVER (PARTITION BY ranked_group, rank_score${suffix}) AS gain,
        row_number() OVER (PARTITION BY ranked_group ORDER BY relevance DESC) AS ideal
      FROM ${table}
      WINDOW upto AS (PARTITION BY ranked_group ORDER BY rank_score${suffix} DESC, relevance ROWS UNBOUNDED PRECEDING)
    ) GROUP BY ranked_group HAVING max(relevance) > 0`;
}

const column = (metric: string, suffix: string): string => identifier(`${metric}${suffix}`);

/** The columns of the metrics of some models. */
export const rankingColumns = (models: readonly ModelPlan[]): string[] =>
  models.flatMap((model) => RANKING_METRICS.map((metric) => column(metric, suffixOf(model))));

const means = (models: readonly ModelPlan[]): string =>
  rankingColumns(models)
    .map((name) => `avg(${name}) AS ${name}`)
    .join(", ");

/** A query of the groups with a relevant row, `ranked_group`, and the metrics of all models in each. */
export function rankedGroups(table: string, models: readonly ModelPlan[]): string {
  const [first, ...others] = models.map((model) => `(${metricsOfGroups(table, model)})`);
  return `SELECT * FROM ${first}${others.map((one) => ` JOIN ${one} USING (ranked_group)`).join("")}`;
}

/**
 * What is counted of rankings. A cell is a group, since the rows of one are not independent of each other. Of more groups than are kept
 * one by one a cell is a bag of as many groups as any other, drawn by a hash: the mean of resampled bags varies as that of resampled
 * groups does.
 */
export const RANKING_QUERIES: Pick<PartQueries, "values" | "cells"> = {
  values: (model) => {
    const alone: ModelPlan = { ...model, role: "candidate" };
    return `SELECT count(*) AS rows, (SELECT count(DISTINCT ranked_group) FROM ${model.role}) AS groups, ${means([alone])} FROM (${metricsOfGroups(model.role, alone)})`;
  },
  cells: (table, models) => `
    SELECT 1 AS rows, ${means(models)} FROM (
      SELECT *, (row_number() OVER (ORDER BY hash(ranked_group), ranked_group) - 1) % if(count(*) OVER () <= ${MAX_GROUPS}, ${MAX_GROUPS}, ${BAGS}) AS bag
      FROM (${rankedGroups(table, models)})
    ) GROUP BY bag ORDER BY bag`,
};
