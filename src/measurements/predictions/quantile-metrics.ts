import { meanOf } from "./classification.ts";
import { type Evaluator, joined } from "./evaluator.ts";
import type { QuantileAnswers, QuantileRows } from "./rows.ts";

/**
 * The metrics of quantiles:
 *
 * - `pinball`: scikit-learn's mean_pinball_loss, as the mean over the quantiles (R. Koenker and G. Bassett, Regression quantiles, 1978)
 * - `coverage`: the share of labels from the lowest quantile to the highest, both included; `coverage_error`: its distance from
 *   what the two promise (0.8 of 0.1 and 0.9)
 * - `quantile_crossing`: the share of rows in which a quantile is below a lower one
 *
 * The last three are undefined with one quantile.
 */
export function quantileEvaluator(rows: QuantileRows, model: number, wanted?: ReadonlySet<string>): Evaluator {
  const { pinball, covered, crossing } = rows.models[model] as QuantileAnswers;
  return joined(
    [
      meanOf("pinball", pinball),
      meanOf("coverage", covered),
      distanceFrom(rows.nominal, "coverage_error", meanOf("coverage", covered)),
      meanOf("quantile_crossing", crossing),
    ],
    wanted,
  );
}

/** How far a metric is from its target. */
function distanceFrom(target: number, name: string, metric: Evaluator): Evaluator {
  return {
    names: [name],
    evaluate(counts, into) {
      metric.evaluate(counts, into);
      into[0] = Math.abs((into[0] as number) - target);
    },
  };
}
