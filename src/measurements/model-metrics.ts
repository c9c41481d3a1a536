import { lookup } from "../lookup.ts";
import type { Estimate } from "../statistics/estimate.ts";
import {
  canonicalMetric,
  estimateOf,
  isComputed,
  isRanking,
  isSameMetric,
  metricNamed,
  needOf,
  possibleRange,
} from "./predictions/names.ts";
import type { PairedResults, PredictionResults } from "./predictions/results.ts";

/** One model's metrics. */
export interface ModelMetrics {
  /** Computed from the predictions; empty when there are none. */
  readonly computed: Readonly<Record<string, Estimate>>;
  /** The content of metrics.json. */
  readonly claimed: Readonly<Record<string, number>>;
  readonly claimedBy: string;
  /** What the computed metrics are part of; absent where there are no predictions. */
  readonly predictions?: PredictionResults;
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
 * are accepted: `auc` is `roc_auc`, and `neg_log_loss` is `log_loss` with the other sign.
 */
export function readMetric(metrics: ModelMetrics, name: string): Estimate | undefined {
  const known = estimateOf(metrics.computed, name);
  if (known !== undefined || isUndefined(metrics, name)) return known;
  const { claimed } = metrics;
  const value = lookup(claimed, name) ?? claimOf(claimed, name);
  return value === undefined ? undefined : { value };
}

/** Whether the predictions leave a metric undefined, so that nothing that is claimed of it can be meant. */
export const isUndefined = ({ predictions }: ModelMetrics, name: string): boolean =>
  predictions?.zeroLabels !== undefined && canonicalMetric(name) === "mape";

/** A claim under another common name of the metric. */
function claimOf(claimed: Readonly<Record<string, number>>, name: string): number | undefined {
  const wanted = metricNamed(name);
  if (wanted === undefined) return undefined;
  for (const [other, value] of Object.entries(claimed)) {
    const metric = metricNamed(other);
    if (metric !== undefined && isSameMetric(metric, wanted)) return metric.negated === wanted.negated ? value : -value;
  }
  return undefined;
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

/** The first of some metrics that both models have, for gates whose metric is not configured; else the first. */
export const metricOfTask = (comparison: Comparison, metrics: readonly [string, ...string[]]): string =>
  metrics.find((metric) => !("missingFrom" in readBoth(comparison, metric))) ?? metrics[0];

/** The names of all metrics of a model: what was computed, then what is only claimed. */
export function metricNames({ computed, claimed }: ModelMetrics): string[] {
  const others = Object.keys(claimed).filter((name) => estimateOf(computed, name) === undefined);
  return [...Object.keys(computed), ...others];
}

/** On how many rows, or ranked groups, a metric of both models is compared. */
export const comparedUnits = ({ rows, groups = rows }: PairedResults, metric: string): number =>
  isRanking(metric) ? groups : rows;

export interface FalseClaim {
  readonly metric: string;
  readonly claimed: number;
  readonly computed: number;
  /** How far the claim may differ from the computed value. */
  readonly slack: number;
  /** The class of which the claim is true, where it is not the positive one. */
  readonly trueOf?: string;
}

/**
 * The claims that differ from the computed value by more than the tolerance, which is a share of the value, or
 * absolute for values under one.
 */
export function falseClaims(metrics: ModelMetrics, tolerance: number): FalseClaim[] {
  return Object.entries(metrics.claimed).flatMap(([metric, value]) => {
    const truth = estimateOf(metrics.computed, metric)?.value;
    if (truth === undefined) return [];
    const slack = tolerance * Math.max(1, Math.abs(truth));
    if (Math.abs(value - truth) <= slack) return [];
    const other = otherClass(metrics);
    const isOther = other !== undefined && Math.abs(value - (ofClass(metrics, metric, other) ?? Infinity)) <= slack;
    return [{ metric, claimed: value, computed: truth, slack, ...(isOther ? { trueOf: other } : {}) }];
  });
}

/** Of two classes the one that is not the positive one. */
export const otherClass = ({ predictions }: ModelMetrics): string | undefined =>
  predictions?.positive === undefined ? undefined : predictions.classes?.find((one) => one !== predictions.positive);

/** What a metric would be if another class were the positive one. */
function ofClass({ computed }: ModelMetrics, metric: string, positive: string): number | undefined {
  const canonical = canonicalMetric(metric);
  const area = canonical === "roc_auc" ? lookup(computed, canonical)?.value : undefined;
  return area === undefined ? estimateOf(computed, `${canonical}[${positive}]`)?.value : 1 - area;
}

/** The claims of metrics that nobody computes here, and that no model can have: an accuracy of 87. */
export const impossibleClaims = ({ claimed, computed }: ModelMetrics) =>
  Object.entries(claimed).flatMap(([metric, value]) => {
    // A coverage may be of code, and a MAP of boxes in images: without their columns in the predictions another number may be meant.
    const meant = isComputed(metric) && needOf(metric) === undefined;
    const range = meant && estimateOf(computed, metric) === undefined ? possibleRange(metric) : undefined;
    if (range === undefined || (value >= range[0] && value <= range[1])) return [];
    return [{ metric, claimed: value, range }];
  });
