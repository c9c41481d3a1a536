import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import { required, share, type Threshold, threshold } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import {
  falseClaims,
  impossibleClaims,
  isUndefined,
  type ModelMetrics,
  metricNames,
  otherClass,
  readMetric,
} from "../measurements/model-metrics.ts";
import { canonicalMetric, needOf } from "../measurements/predictions/names.ts";
import { defineGate } from "./gate.ts";
import { higherClaims, wrongAnswers } from "./harms.ts";
import { checkThresholds, metricLimit } from "./metric-settings.ts";
import { shuffled } from "./mutations.ts";

const table = z
  .object({
    required,
    /**
     * How far a claim in metrics.json may differ from the predictions: a share of the value, or absolute for values
     * under one.
     */
    "claim-tolerance": stricter("lower", share).default(0.001),
  })
  .catchall(threshold);
const settings = table.check(checkThresholds(thresholdsIn));

/**
 * Apply when the project sets no thresholds, to those of these metrics that it measures. An R² of zero is what the mean
 * of the labels would have.
 */
export const DEFAULT_THRESHOLDS: Readonly<Record<string, Threshold>> = { accuracy: 0.85, f1: 0.8, r2: 0 };

/** Each metric keeps its threshold, and metrics.json claims what the predictions give. */
export const metricsGate = defineGate({
  id: "metrics",
  settings,
  needs: () => ({ metrics: {} }),
  decide({ metrics }, settings) {
    const thresholds = thresholdChecks(metrics, settings);
    const reason = { code: "no-threshold", defaults: Object.keys(DEFAULT_THRESHOLDS) } as const;
    return [
      ...(thresholds.length > 0 ? thresholds : [{ what: "metrics", outcome: "missing", reason } as const]),
      ...claimChecks(metrics, settings["claim-tolerance"]),
      ...taskChecks(metrics, thresholds),
      ...scoreChecks(metrics),
      ...quantileChecks(metrics),
      ...rankingChecks(metrics),
      ...weightChecks(metrics),
    ];
  },
  mutants: () => [
    shuffled,
    {
      name: "metrics.json claims a tenth more than the predictions say",
      claims: (claims) =>
        Object.fromEntries(
          Object.entries(claims).map(([name, value]) => [name, value + Math.max(0.1, Math.abs(value) / 10)]),
        ),
    },
  ],
  harms: (_settings, facts) => [wrongAnswers(facts), higherClaims()],
});

type Settings = z.output<typeof table>;

/** The thresholds of the gate's table. */
function thresholdsIn({ required: _required, "claim-tolerance": _tolerance, ...thresholds }: Settings) {
  return thresholds as Record<string, Threshold>;
}

/** The thresholds of the table, or else the defaults of what is measured. */
function thresholdChecks(metrics: ModelMetrics, settings: Settings): Check[] {
  const own = Object.entries(thresholdsIn(settings));
  if (own.length > 0) return own.map(([metric, threshold]) => thresholdCheck(metric, metrics, threshold));
  const measured = new Set(metricNames(metrics).map((name) => canonicalMetric(name)));
  // Scores that rank need not be near the labels, nor on one side of a line.
  if (metrics.computed.ndcg !== undefined) return [];
  return Object.entries(DEFAULT_THRESHOLDS)
    .filter(([metric]) => measured.has(metric))
    .map(([metric, threshold]) => ({
      reason: { code: metric === "r2" ? "better-than-mean" : "guessed-limit" } as const,
      ...thresholdCheck(metric, metrics, threshold),
    }));
}

function thresholdCheck(metric: string, metrics: ModelMetrics, threshold: Threshold): Check {
  const limit = metricLimit(metric, threshold);
  const estimate = readMetric(metrics, metric);
  if (estimate === undefined) {
    const rows = isUndefined(metrics, metric) ? metrics.predictions?.zeroLabels : undefined;
    const needs = needOf(metric);
    const reason =
      rows === undefined
        ? ({ code: "metric-not-measured", ...(needs === undefined ? {} : { needs }) } as const)
        : ({ code: "zero-labels", rows } as const);
    return { what: metric, limit, outcome: "missing", reason };
  }
  const check = {
    what: metric,
    ...estimate,
    limit,
    outcome: isOutside(estimate.value, limit) ? "broken" : "kept",
  } as const;
  const { quantiles: [lowest, ...others] = [] } = metrics.predictions ?? {};
  const highest = others.at(-1);
  return INTERVAL_METRICS.has(canonicalMetric(metric)) && lowest !== undefined && highest !== undefined
    ? { ...check, reason: { code: "interval-of-quantiles", lowest, highest } }
    : check;
}

/** Metrics that are read beside what two quantiles promise. */
const INTERVAL_METRICS: ReadonlySet<string> = new Set(["coverage", "coverage_error"]);

const claimChecks = (metrics: ModelMetrics, tolerance: number): Check[] => [
  ...falseClaims(metrics, tolerance).map(
    ({ metric, claimed, computed, slack, trueOf }): Check => ({
      ...{ what: metric, value: claimed, limit: { min: computed - slack, max: computed + slack }, outcome: "broken" },
      reason: {
        ...{ code: "false-claim", computed, tolerance, claimedBy: metrics.claimedBy },
        ...(trueOf === undefined ? {} : { trueOf }),
      },
    }),
  ),
  ...impossibleClaims(metrics).map(
    ({ metric, claimed, range }): Check => ({
      ...{ what: metric, value: claimed, limit: finiteEnds(range), outcome: "broken" },
      reason: { code: "impossible-claim", claimedBy: metrics.claimedBy },
    }),
  ),
];

/** JSON has no infinity. */
const finiteEnds = ([min, max]: readonly [number, number]): Limit => ({
  ...(Number.isFinite(min) ? { min } : {}),
  ...(Number.isFinite(max) ? { max } : {}),
});

/** With fewer different labels nobody takes whole numbers for anything else than classes, unless the model fails. */
const CLEARLY_CLASSES = 10;

/** Says how whole numbers were taken, where they may be classes as well as quantities and nobody said which. */
function taskChecks({ predictions }: ModelMetrics, thresholds: readonly Check[]): Check[] {
  const labels = predictions?.guessedLabels;
  if (predictions === undefined || labels === undefined || labels < 3) return [];
  const broken = thresholds.some(({ outcome }) => outcome === "broken");
  if (predictions.task === "classification" && labels <= CLEARLY_CLASSES && !broken) return [];
  return [{ what: "task", outcome: "kept", reason: { code: "guessed-task", task: predictions.task, labels } }];
}

/** Scores that rank the positive class last seem to be about the other one. */
function scoreChecks(metrics: ModelMetrics): Check[] {
  const area = metrics.computed.roc_auc;
  const [positive, other] = [metrics.predictions?.positive, otherClass(metrics)];
  if (area === undefined || area.value >= 0.5 || positive === undefined || other === undefined) return [];
  return [{ what: "roc_auc", ...area, outcome: "kept", reason: { code: "scores-of-other-class", positive, other } }];
}

/** Quantiles that cross are no distribution, whatever their loss. */
function quantileChecks({ computed, predictions }: ModelMetrics): Check[] {
  const crossing = computed.quantile_crossing;
  if (crossing === undefined || crossing.value === 0) return [];
  const reason = { code: "crossing-quantiles", rows: predictions?.rows ?? 0 } as const;
  return [{ what: "quantile_crossing", ...crossing, outcome: "kept", reason }];
}

/** A group in which nothing is relevant has no better or worse order. */
function rankingChecks({ predictions }: ModelMetrics): Check[] {
  const { groups, withoutRelevant } = predictions?.ranking ?? { groups: 0, withoutRelevant: 0 };
  if (withoutRelevant === 0) return [];
  return [
    {
      ...{ what: "groups without a relevant row", value: withoutRelevant, outcome: "kept" },
      reason: { code: "groups-without-relevant", groups },
    },
  ];
}

/** Few heavy rows say little, however many there are beside them. */
function weightChecks({ predictions }: ModelMetrics): Check[] {
  if (predictions?.weight === undefined) return [];
  const { column, effectiveRows } = predictions.weight;
  const reason = { code: "weighted-rows", column, rows: predictions.rows } as const;
  return [{ what: "weighted rows", value: effectiveRows, outcome: "kept", reason }];
}
