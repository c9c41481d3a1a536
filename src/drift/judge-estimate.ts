import { canonicalMetric, estimateOf } from "../measurements/predictions/names.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import { estimateMetrics, type ScoredCell } from "./cbpe.ts";
import { compareEstimates } from "./decay.ts";
import type { MetricSettings } from "./metric.ts";
import type { JudgedEstimate, RefusalReason } from "./readings.ts";

/** The seed is fixed, so that the same log gives the same report. */
const SEED = 1;

/**
 * Decides whether the metric that the scores of a log let expect is worse than the accepted one. It is refused where the scores say
 * nothing: they are no probabilities, or were not borne out on the reference.
 *
 * @param accepted what was measured of the accepted model on the reference, or why nothing was
 */
export function judgeEstimate(
  cells: readonly ScoredCell[],
  accepted: PredictionResults | RefusalReason,
  { monitoring, evaluation }: MetricSettings,
): JudgedEstimate {
  const { tolerance } = monitoring;
  const metric = monitoring.metric === undefined ? "accuracy" : canonicalMetric(monitoring.metric);
  const predictions = cells.reduce((sum, { rows }) => sum + rows, 0);
  const common = { metric, predictions, tolerance };
  const refused = (reason: RefusalReason, error?: number): JudgedEstimate => ({
    ...{ ...common, outcome: "refused", reason },
    ...(error === undefined ? {} : { calibrationError: error }),
  });
  if ("code" in accepted) return refused(accepted);
  const { candidate, classes, positive, rows } = accepted;
  if (classes?.length !== 2 || positive === undefined) return refused({ code: "not-two-classes" });
  const error = candidate.metrics.calibration_error?.value;
  const { calibration } = candidate;
  if (error === undefined || calibration === undefined) return refused({ code: "no-probabilities", of: "accepted" });
  if (!cells.every(({ score }) => score >= 0 && score <= 1)) return refused({ code: "no-probabilities", of: "live" });
  const [needed, limit] = [monitoring["min-labels"], monitoring["max-calibration-error"]];
  if (predictions < needed) return refused({ code: "too-few-predictions", there: predictions, needed }, error);
  if (rows < needed) return refused({ code: "too-few-reference-labels", there: rows, needed }, error);
  if (error > limit) return refused({ code: "badly-calibrated", error, limit }, error);
  const { confidence, resamples } = evaluation;
  const known = { classes, positive, calibration };
  const estimates = estimateMetrics(cells, known, { confidence, resamples, seed: SEED });
  const [before, live] = [candidate.metrics, estimates].map((metrics) => estimateOf(metrics, metric));
  if (before === undefined || live === undefined) {
    return refused({ code: "not-estimated", there: Object.keys(estimates) }, error);
  }
  const { outcome, ...compared } = compareEstimates(metric, before, live, { tolerance, confidence });
  if (outcome === undefined) return refused({ code: "no-interval" }, error);
  return { ...common, calibrationError: error, accepted: before, live, ...compared, outcome };
}
