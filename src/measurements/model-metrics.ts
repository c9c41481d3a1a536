import { lookup } from "../lookup.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { canonicalMetric } from "./predictions/names.ts";
import type { PairedResults } from "./predictions/results.ts";

/** One model's metrics. */
export interface ModelMetrics {
  /** Computed from the predictions; empty when there are none. */
  readonly computed: Readonly<Record<string, Estimate>>;
  /** The content of metrics.json. */
  readonly claimed: Readonly<Record<string, number>>;
  readonly claimedBy: "src.evaluate" | "src.train";
}

export interface Comparison {
  readonly candidate: ModelMetrics;
  readonly baseline: ModelMetrics;
  /** Absent when one of the two has no predictions, or they are not of the same rows: `unpaired` says why. */
  readonly pairs?: PairedResults;
  readonly unpaired?: string;
  /** The confidence level of the intervals. */
  readonly confidence: number;
}

/**
 * One metric: as computed from the predictions, or as claimed when they do not give it (a custom metric). Common names
 * are accepted: `auc` is `roc_auc`.
 */
export function readMetric({ computed, claimed }: ModelMetrics, name: string): Estimate | undefined {
  const canonical = canonicalMetric(name);
  const known = lookup(computed, canonical ?? name);
  if (known !== undefined) return known;
  const alias = Object.keys(claimed).find((other) => canonical !== undefined && canonicalMetric(other) === canonical);
  const value = lookup(claimed, name) ?? lookup(claimed, alias ?? name);
  return value === undefined ? undefined : { value };
}

/** One metric of both models, or the model that lacks it. */
export function readBoth(
  { candidate, baseline }: Comparison,
  metric: string,
): { readonly candidate: Estimate; readonly baseline: Estimate } | { readonly missingFrom: "candidate" | "baseline" } {
  const [ours, theirs] = [readMetric(candidate, metric), readMetric(baseline, metric)];
  if (ours === undefined || theirs === undefined) return { missingFrom: ours === undefined ? "candidate" : "baseline" };
  return { candidate: ours, baseline: theirs };
}

/** The names of all metrics of a model: what was computed, then what is only claimed. */
export function metricNames({ computed, claimed }: ModelMetrics): string[] {
  const others = Object.keys(claimed).filter((name) => !Object.hasOwn(computed, canonicalMetric(name) ?? name));
  return [...Object.keys(computed), ...others];
}

export interface FalseClaim {
  readonly metric: string;
  readonly claimed: number;
  readonly computed: number;
  /** How far the claim may differ from the computed value. */
  readonly slack: number;
}

/**
 * The claims that differ from the computed value by more than the tolerance, which is a share of the value, or
 * absolute for values under one.
 */
export function falseClaims({ computed, claimed }: ModelMetrics, tolerance: number): FalseClaim[] {
  return Object.entries(claimed).flatMap(([metric, value]) => {
    const truth = lookup(computed, canonicalMetric(metric) ?? metric)?.value;
    if (truth === undefined) return [];
    const slack = tolerance * Math.max(1, Math.abs(truth));
    return Math.abs(value - truth) <= slack ? [] : [{ metric, claimed: value, computed: truth, slack }];
  });
}
