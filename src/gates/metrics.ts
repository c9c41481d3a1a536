import { z } from "zod";
import { boundsOf, isOutside, limitText, required, share, type Threshold, threshold } from "../config/forms.ts";
import { lookup } from "../lookup.ts";
import { falseClaims, type MetricReadings, metricNames, readMetric } from "../measurements/metric-readings.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { intervalText, short, shortBeyond } from "../text.ts";
import { type Deciding, defineGate, failed, type Numbers, passed, undecidable } from "./gate.ts";
import { shuffled } from "./mutations.ts";

const settings = z
  .object({
    required,
    /** How far a claim in metrics.json may be from what the predictions say: a share, or absolute for values under one. */
    "claim-tolerance": share.default(0.001),
  })
  .catchall(threshold);

/** Used where the project names no thresholds of its own, for those of its metrics that have these names. */
const DEFAULTS: Readonly<Record<string, Threshold>> = { accuracy: 0.85, f1: 0.8 };

/** Each metric that has a threshold keeps it, and metrics.json claims nothing else than the predictions say. */
export const metricsGate = defineGate({
  id: "metrics",
  settings,
  needs: ["metrics"],
  decide({ metrics }, settings, configured) {
    const lies = falseClaims(metrics, settings["claim-tolerance"]).map(
      ({ metric, claimed, computed }) =>
        `metrics.json of ${metrics.claimedBy} claims ${metric} ${short(claimed)}; its predictions give ${short(computed)} (tolerance ${settings["claim-tolerance"]})`,
    );
    const thresholds = Object.entries(metricThresholds(settings, metricNames(metrics)));
    if (thresholds.length === 0 && lies.length === 0) {
      return undecidable("no threshold is configured, and there is no metric called accuracy or f1", configured);
    }
    const checks = thresholds.map(([metric, threshold]) => check(metric, metrics, threshold));
    const broken = checks.filter((one) => !one.kept).map((one) => one.message);
    const numbers = Object.fromEntries(
      checks.flatMap(({ metric, value }) => (value === undefined ? [] : [[metric, value]])),
    );
    if (broken.length + lies.length > 0) return failed([...broken, ...lies].join("; "), numbers);
    return passed(checks.map((one) => one.message).join("; "), numbers);
  },
  deciding: (numbers, settings) =>
    furthestOff(numbers, metricThresholds(settings, Object.keys(numbers)), (name) => name),
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
 * @param measured the metrics that there are
 */
export function metricThresholds(
  settings: Readonly<Record<string, unknown>>,
  measured: readonly string[],
): Record<string, Threshold> {
  const { required: _required, "claim-tolerance": _tolerance, ...thresholds } = settings;
  if (Object.keys(thresholds).length > 0) return thresholds as Record<string, Threshold>;
  return Object.fromEntries(Object.entries(DEFAULTS).filter(([metric]) => measured.includes(metric)));
}

interface Check {
  readonly metric: string;
  readonly kept: boolean;
  readonly value?: number;
  readonly message: string;
}

function check(metric: string, metrics: MetricReadings, threshold: Threshold): Check {
  const estimate = readMetric(metrics, metric);
  if (estimate === undefined) return { metric, kept: false, message: `${metric} is not among the measured metrics` };
  return { metric, value: estimate.value, ...holdAgainst(metric, estimate, threshold) };
}

/**
 * The number that is furthest on the wrong side of its limits.
 *
 * @param keyOf the name of a number's limits
 */
export function furthestOff(
  numbers: Partial<Numbers>,
  limits: Readonly<Record<string, Threshold>>,
  keyOf: (name: string) => string,
): Deciding | undefined {
  const broken = Object.entries(numbers)
    .flatMap(([name, value]) => {
      const limit = lookup(limits, keyOf(name));
      if (limit === undefined || value === undefined) return [];
      const { min = -Infinity, max = Infinity } = boundsOf(limit);
      return [{ name, value, limit, miss: Math.max(min - value, value - max) }];
    })
    .filter(({ miss }) => miss > 0)
    .sort((a, b) => b.miss - a.miss)[0];
  if (broken === undefined) return undefined;
  const { name, value, limit } = broken;
  return {
    figure: shortBeyond(value, (one) => isOutside(one, limit)),
    name: name.replaceAll("_", " ").replaceAll(".", ": "),
    against: [limitText(limit)],
  };
}

/** A measured value against its limits, and what a person reads about it. */
export function holdAgainst(
  name: string,
  { value, interval }: Estimate,
  limits: Threshold,
): { readonly kept: boolean; readonly message: string } {
  const outside = isOutside(value, limits);
  const shown = outside ? shortBeyond(value, (one) => isOutside(one, limits)) : short(value);
  return { kept: !outside, message: `${name} ${shown}${intervalText(interval)} (${limitText(limits)})` };
}
