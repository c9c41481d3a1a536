import type { Runtime } from "../containers/runtime.ts";
import type { Measured } from "../measurements/measured.ts";
import { measurePredictions, type PredictionFile, summarizePredictions } from "../measurements/predictions/measure.ts";
import { canonicalMetric, estimateOf } from "../measurements/predictions/names.ts";
import type { ColumnSettings } from "../measurements/predictions/plan.ts";
import type { EvaluationConfig } from "../measurements/predictions/settings.ts";
import { compareMetric } from "./decay.ts";
import type { JudgedMetric } from "./readings.ts";
import type { MonitoringConfig } from "./settings.ts";

/** Labelled live predictions, and the accepted model's. */
export interface ComparedFiles {
  readonly live: PredictionFile;
  readonly accepted: PredictionFile;
}

export interface MetricSettings {
  readonly monitoring: MonitoringConfig;
  readonly evaluation: EvaluationConfig;
  /** What the project calls the columns that both files have. */
  readonly columns?: ColumnSettings;
}

/** Measures the metric of both, and decides whether the live one has decayed. */
export async function takeMetric(
  runtime: Runtime,
  { live, accepted }: ComparedFiles,
  { monitoring, evaluation, columns }: MetricSettings,
): Promise<Pick<Measured<never>, "runs"> & { readonly reading: JudgedMetric }> {
  const measured = await measureFiles(runtime, [live, accepted], { evaluation, columns });
  const configured = monitoring.metric === undefined ? undefined : canonicalMetric(monitoring.metric);
  const { tolerance } = monitoring;
  if ("missing" in measured) {
    const metric = configured ?? "the metric";
    return {
      runs: measured.runs,
      reading: {
        ...{ metric, labelled: 0, tolerance, outcome: "inconclusive" },
        reason: { code: "not-measured", text: measured.missing },
      },
    };
  }
  const { task, rows, candidate, baseline } = measured.value;
  const ranked = candidate.metrics.ndcg === undefined ? undefined : "ndcg";
  const metric = configured ?? ranked ?? (task === "classification" ? "accuracy" : "r2");
  const [ours, theirs] = [candidate, baseline].map((model) => estimateOf(model?.metrics ?? {}, metric));
  if (ours === undefined || theirs === undefined) {
    const reason = { code: "not-computed", there: Object.keys(candidate.metrics) } as const;
    return { runs: measured.runs, reading: { metric, labelled: rows, tolerance, outcome: "inconclusive", reason } };
  }
  const limits = { tolerance, minLabels: monitoring["min-labels"], confidence: evaluation.confidence };
  return { runs: measured.runs, reading: compareMetric(metric, theirs, ours, rows, limits) };
}

/** Measures the predictions of files as an evaluation's: of the first as the candidate, of a second one as the baseline. */
export async function measureFiles(
  runtime: Runtime,
  files: readonly PredictionFile[],
  { evaluation, columns }: Pick<MetricSettings, "evaluation" | "columns">,
): ReturnType<typeof measurePredictions> {
  const summaries = await summarizePredictions(runtime, files, { task: evaluation.task });
  if ("missing" in summaries) return summaries;
  const measured = await measurePredictions(runtime, { files, summaries: summaries.value }, { evaluation, columns });
  return { ...measured, runs: [...summaries.runs, ...measured.runs] };
}
