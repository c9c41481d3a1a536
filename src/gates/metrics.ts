import type { GatesConfig, Threshold } from "../config/schema.ts";
import { short } from "../text.ts";
import { failed, type Gate, passed, skipped } from "./gate.ts";
import { metricOf } from "./measurements/metrics.ts";

/** Used where the project names no thresholds of its own, for those of its metrics that have these names. */
const DEFAULTS: Readonly<Record<string, Threshold>> = { accuracy: 0.85, f1: 0.8 };

/** Each metric that has a threshold keeps it. */
export const metricsGate: Gate = {
  id: "metrics",
  decide({ candidate: { metrics } }, config) {
    const thresholds = Object.entries(thresholdsFor(metrics, config.metrics));
    if (thresholds.length === 0) {
      const lack = "no threshold is configured, and there is no metric called accuracy or f1";
      return config.metrics === undefined ? skipped(lack) : failed(`cannot be decided: ${lack}`);
    }
    const checks = thresholds.map(([metric, threshold]) => check(metric, metricOf(metrics, metric), threshold));
    const broken = checks.filter((one) => !one.kept);
    const numbers = Object.fromEntries(
      thresholds.flatMap(([metric]) => {
        const value = metricOf(metrics, metric);
        return value === undefined ? [] : [[metric, value]];
      }),
    );
    return broken.length > 0
      ? failed(broken.map((one) => one.message).join("; "), numbers)
      : passed(checks.map((one) => one.message).join("; "), numbers);
  },
};

function thresholdsFor(
  metrics: Readonly<Record<string, number>>,
  settings: GatesConfig["metrics"],
): Record<string, Threshold> {
  const { required: _required, ...thresholds } = settings ?? {};
  if (Object.keys(thresholds).length > 0) return thresholds as Record<string, Threshold>;
  return Object.fromEntries(Object.entries(DEFAULTS).filter(([metric]) => metrics[metric] !== undefined));
}

function check(metric: string, value: number | undefined, threshold: Threshold): { kept: boolean; message: string } {
  const { min, max } = typeof threshold === "number" ? { min: threshold, max: undefined } : threshold;
  if (value === undefined) return { kept: false, message: `${metric} is not among the measured metrics` };
  const tooLow = min !== undefined && value < min;
  const tooHigh = max !== undefined && value > max;
  const limits = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ].join(", ");
  // A value just outside its limit must not be rounded onto it.
  const shown = tooLow || tooHigh ? String(value) : short(value);
  return { kept: !tooLow && !tooHigh, message: `${metric} ${shown} (${limits})` };
}
