import { lowerIsBetter } from "../measurements/predictions/names.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { normalQuantile } from "../statistics/normal.ts";
import type { JudgedMetric } from "./readings.ts";

/** A difference of more standard errors than this is not noise; 5 % of the comparisons of an unchanged model exceed it. */
const NOISE_Z = 1.96;

export interface MetricLimits {
  readonly tolerance: number;
  readonly minLabels: number;
  /** The confidence of the intervals. */
  readonly confidence: number;
}

/** Decides whether the live metric is worse than the accepted one by more than the tolerance and by more than noise. */
export function compareMetric(
  metric: string,
  accepted: Estimate,
  live: Estimate,
  labelled: number,
  { tolerance, minLabels, confidence }: MetricLimits,
): JudgedMetric {
  const drop = (accepted.value - live.value) * (lowerIsBetter(metric) ? -1 : 1);
  const compared = { metric, accepted, live, labelled, drop, tolerance };
  if (labelled < minLabels) {
    return { ...compared, outcome: "inconclusive", reason: { code: "too-few-labels", labelled, needed: minLabels } };
  }
  const errors = [accepted, live].map((one) => standardError(one, confidence));
  if (errors.includes(undefined)) {
    return { ...compared, outcome: "inconclusive", reason: { code: "no-interval" } };
  }
  const error = Math.hypot(...(errors as number[]));
  // If both errors are 0, every drop is beyond noise.
  const decayed = drop > tolerance && drop > NOISE_Z * error;
  return { ...compared, ...(error === 0 ? {} : { z: drop / error }), outcome: decayed ? "decayed" : "kept" };
}

const standardError = ({ interval }: Estimate, confidence: number): number | undefined =>
  interval === undefined ? undefined : (interval.high - interval.low) / (2 * normalQuantile((1 + confidence) / 2));
