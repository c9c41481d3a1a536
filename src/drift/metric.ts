import type { DataContext } from "../context/context.ts";
import type { Config } from "../context/schema.ts";
import { canonicalMetric } from "../measurements/predictions/names.ts";
import { type PredictionFile, takeForms, takeReadings } from "../measurements/predictions/take.ts";
import type { Taken } from "../measurements/taken.ts";
import { compareMetric } from "./decay.ts";
import type { MetricReading } from "./readings.ts";

/** The metric of both, and whether the live one has decayed. */
export async function takeMetric(
  context: DataContext,
  live: PredictionFile,
  accepted: PredictionFile,
): Promise<Pick<Taken<never>, "runs"> & { readonly reading: MetricReading }> {
  const { monitoring, evaluation } = context.config;
  const measured = await takeBoth(withoutGates(context), [live, accepted]);
  const configured =
    monitoring.metric === undefined ? undefined : (canonicalMetric(monitoring.metric) ?? monitoring.metric);
  const { tolerance } = monitoring;
  if ("missing" in measured) {
    const metric = configured ?? "the metric";
    return {
      runs: measured.runs,
      reading: { metric, labelled: 0, tolerance, outcome: "inconclusive", note: measured.missing },
    };
  }
  const { task, rows, candidate, baseline } = measured.value;
  const metric = configured ?? (task === "classification" ? "accuracy" : "r2");
  const [ours, theirs] = [candidate.metrics[metric], baseline?.metrics[metric]];
  if (ours === undefined || theirs === undefined) {
    const note = `it is not computed from these predictions; there are ${Object.keys(candidate.metrics).join(", ")}`;
    return { runs: measured.runs, reading: { metric, labelled: rows, tolerance, outcome: "inconclusive", note } };
  }
  const limits = { tolerance, minLabels: monitoring["min-labels"], confidence: evaluation.confidence };
  return { runs: measured.runs, reading: compareMetric(metric, theirs, ours, rows, limits) };
}

async function takeBoth(context: DataContext, files: readonly PredictionFile[]): ReturnType<typeof takeReadings> {
  const forms = await takeForms(context, files);
  if ("missing" in forms) return forms;
  const readings = await takeReadings(context, files, forms.value);
  return { ...readings, runs: [...forms.runs, ...readings.runs] };
}

/** What gates would have measured beside the metric is of no use here. */
function withoutGates(context: DataContext): DataContext {
  const config: Config = { ...context.config, gates: {} };
  return { ...context, config };
}
