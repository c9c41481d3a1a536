import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import { boundsOf, required, share, type Threshold, threshold } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { falseClaims, type ModelMetrics, metricNames, readMetric } from "../measurements/model-metrics.ts";
import { defineGate } from "./gate.ts";
import { shuffled } from "./mutations.ts";

const settings = z
  .object({
    required,
    /**
     * How far a claim in metrics.json may differ from the predictions: a share of the value, or absolute for values
     * under one.
     */
    "claim-tolerance": stricter("lower", share).default(0.001),
  })
  .catchall(threshold);

/** Apply when the project sets no thresholds, to those of these metrics that it measures. */
const DEFAULTS: Readonly<Record<string, Threshold>> = { accuracy: 0.85, f1: 0.8 };

/** Each metric keeps its threshold, and metrics.json claims what the predictions give. */
export const metricsGate = defineGate({
  id: "metrics",
  settings,
  needs: () => ({ metrics: {} }),
  decide({ metrics }, settings) {
    const checks = [
      ...Object.entries(metricThresholds(settings, metricNames(metrics))).map(([metric, threshold]) =>
        thresholdCheck(metric, metrics, threshold),
      ),
      ...claimChecks(metrics, settings["claim-tolerance"]),
    ];
    const reason = { code: "no-threshold", defaults: Object.keys(DEFAULTS) } as const;
    return checks.length > 0 ? checks : [{ what: "metrics", outcome: "missing", reason }];
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
});

/**
 * The thresholds of the gate's table, or else its defaults.
 *
 * @param measured names of the measured metrics
 */
function metricThresholds(
  settings: Readonly<Record<string, unknown>>,
  measured: readonly string[],
): Record<string, Threshold> {
  const { required: _required, "claim-tolerance": _tolerance, ...thresholds } = settings;
  if (Object.keys(thresholds).length > 0) return thresholds as Record<string, Threshold>;
  return Object.fromEntries(Object.entries(DEFAULTS).filter(([metric]) => measured.includes(metric)));
}

function thresholdCheck(metric: string, metrics: ModelMetrics, threshold: Threshold): Check {
  const limit = boundsOf(threshold);
  const estimate = readMetric(metrics, metric);
  if (estimate === undefined)
    return { what: metric, limit, outcome: "missing", reason: { code: "metric-not-measured" } };
  return { what: metric, ...estimate, limit, outcome: isOutside(estimate.value, limit) ? "broken" : "kept" };
}

const claimChecks = (metrics: ModelMetrics, tolerance: number): Check[] =>
  falseClaims(metrics, tolerance).map(({ metric, claimed, computed, slack }) => ({
    ...{ what: metric, value: claimed, limit: { min: computed - slack, max: computed + slack }, outcome: "broken" },
    reason: { code: "false-claim", computed, tolerance, claimedBy: metrics.claimedBy },
  }));
