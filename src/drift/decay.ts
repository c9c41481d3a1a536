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

/** What the comparison of two estimates gives. */
export interface Decay {
  /** How much worse the live metric is: `drop` in its units, `z` in standard errors, absent if those are 0. */
  readonly drop: number;
  readonly z?: number;
  /** Undefined where one has no interval, so that noise cannot be told from decay. */
  readonly outcome: "decayed" | "kept" | undefined;
}

/** Compares a live metric with the accepted one: it has decayed when it is worse by more than the tolerance and by more than noise. */
export function compareEstimates(
  metric: string,
  accepted: Estimate,
  live: Estimate,
  { tolerance, confidence }: Pick<MetricLimits, "tolerance" | "confidence">,
): Decay {
  const drop = (accepted.value - live.value) * (lowerIsBetter(metric) ? -1 : 1);
  const errors = [accepted, live].flatMap((one) => standardError(one, confidence) ?? []);
  if (errors.length < 2) return { drop, outcome: undefined };
  const error = Math.hypot(...errors);
  // If both errors are 0, every drop is beyond noise.
  const decayed = drop > tolerance && drop > NOISE_Z * error;
  return { drop, ...(error === 0 ? {} : { z: drop / error }), outcome: decayed ? "decayed" : "kept" };
}

/** Decides whether the metric of labelled live predictions has decayed. */
export function compareMetric(
  metric: string,
  accepted: Estimate,
  live: Estimate,
  labelled: number,
  { tolerance, minLabels, confidence }: MetricLimits,
): JudgedMetric {
  const { drop, z, outcome } = compareEstimates(metric, accepted, live, { tolerance, confidence });
  const compared = { metric, accepted, live, labelled, drop, tolerance };
  if (labelled < minLabels) {
    return { ...compared, outcome: "inconclusive", reason: { code: "too-few-labels", labelled, needed: minLabels } };
  }
  if (outcome === undefined) return { ...compared, outcome: "inconclusive", reason: { code: "no-interval" } };
  return { ...compared, ...(z === undefined ? {} : { z }), outcome };
}

const standardError = ({ interval }: Estimate, confidence: number): number | undefined =>
  interval === undefined ? undefined : (interval.high - interval.low) / (2 * normalQuantile((1 + confidence) / 2));
