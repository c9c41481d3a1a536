import { classificationEvaluator } from "./classification.ts";
import type { Evaluator } from "./evaluator.ts";
import { quantileEvaluator } from "./quantile-metrics.ts";
import { rankingEvaluator } from "./ranking-metrics.ts";
import { regressionEvaluator } from "./regression.ts";
import type { PredictionRows, RankedGroups } from "./rows.ts";
import { weighted } from "./weights.ts";

/**
 * @param model index into the rows' models
 * @param wanted names of metrics; all that the rows allow when it is left out
 */
export const evaluatorOf = (rows: PredictionRows, model: number, wanted?: ReadonlySet<string>): Evaluator =>
  rows.task === "ranking"
    ? rankingEvaluator(rows, model, wanted)
    : weighted(unweighted(rows, model, wanted), rows.weights);

/** As if all rows counted alike. */
function unweighted(
  rows: Exclude<PredictionRows, RankedGroups>,
  model: number,
  wanted?: ReadonlySet<string>,
): Evaluator {
  switch (rows.task) {
    case "classification":
      return classificationEvaluator(rows, model, wanted);
    case "regression":
      return regressionEvaluator(rows, model, wanted);
    case "quantiles":
      return quantileEvaluator(rows, model, wanted);
  }
}

/** The metrics of one model; undefined ones are absent. */
export function metricsOf(rows: PredictionRows, model: number): Record<string, number> {
  const evaluator = evaluatorOf(rows, model);
  const values = new Float64Array(evaluator.names.length);
  evaluator.evaluate(rows.counts, values);
  return Object.fromEntries(
    evaluator.names.flatMap((name, at) => (Number.isNaN(values[at]) ? [] : [[name, values[at] as number]])),
  );
}
