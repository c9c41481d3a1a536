import { z } from "zod";
import type { Check, Outcome } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import type { ComparisonReason, PairedDifference } from "../checks/reasons/comparison.ts";
import { count, name, required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { type Comparison, comparedUnits, metricOfTask, readBoth } from "../measurements/model-metrics.ts";
import { canonicalMetric, estimateOf, needOf } from "../measurements/predictions/names.ts";
import type { Estimate, Interval } from "../statistics/estimate.ts";
import { samplesNeeded } from "../statistics/samples.ts";
import { defineGate } from "./gate.ts";
import { wrongAnswers } from "./harms.ts";
import { checkDirection, directionOf } from "./metric-settings.ts";
import { shuffled } from "./mutations.ts";

const table = z.strictObject({
  required,
  /** The metric that is compared; when absent ndcg where rows are ranked, else accuracy, or the absolute error (mae) of numbers. */
  metric: name.optional(),
  /** How far the candidate may fall behind, as a share of the baseline's value. */
  tolerance: stricter("lower", share).default(0.01),
  /** With fewer rows (or ranked groups) the interval is too narrow to be trusted, and only a loss beyond noise decides. */
  "min-rows": count.default(100),
  /** Whether a lower value is better, of a metric whose name does not say it. */
  "lower-is-better": z.boolean().optional(),
});
const settings = table.check(checkDirection("regression"));
type Settings = z.output<typeof settings>;

/**
 * The candidate is not worse than the baseline by more than the tolerance, as their difference on the same rows shows.
 *
 * When both have predictions, the interval of their paired difference decides. A candidate that is worse beyond
 * tolerance and noise fails; one that is certainly not worse beyond the tolerance passes. In between there are too few
 * rows to tell, and the gate is inconclusive.
 */
export const regressionGate = defineGate({
  id: "regression",
  settings,
  needs: ({ metric }, configured) => ({ comparison: configured ? { metric } : {} }),
  decide({ comparison }, settings) {
    const metric = settings.metric ?? metricOfTask(comparison, ["ndcg", "accuracy", "mae"]);
    const both = readBoth(comparison, metric);
    if ("missingFrom" in both) {
      return [{ what: metric, outcome: "missing", reason: { code: "no-metric", model: both.missingFrom, metric } }];
    }
    const lower = directionOf(metric, settings);
    const test = { ...limits(settings, both.baseline.value, lower), metric, lower, ...both };
    const difference = pairedDifference(comparison, metric);
    return [
      difference?.interval === undefined
        ? byValue(test, comparison)
        : byInterval(test, difference.interval, comparison, settings["min-rows"]),
    ];
  },
  mutants: () => [shuffled],
  harms: (_settings, facts) => [wrongAnswers(facts)],
});

/** The settings of the gate, which are the defaults where a project has none. */
export const regressionSettings = ({ regression }: { readonly regression?: Settings | undefined }): Settings =>
  regression ?? settings.parse({});

interface Test {
  readonly metric: string;
  readonly lower: boolean;
  readonly candidate: Estimate;
  readonly baseline: Estimate;
  /** The worst value that passes. */
  readonly limit: Limit;
  /** The distance of that value from the baseline's. */
  readonly loss: number;
}

function limits({ tolerance }: Settings, baseline: number, lower: boolean): Pick<Test, "limit" | "loss"> {
  const loss = tolerance * Math.abs(baseline);
  return { limit: lower ? { max: baseline + loss } : { min: baseline - loss }, loss };
}

const pairedDifference = ({ pairs }: Comparison, metric: string): Estimate | undefined =>
  pairs === undefined ? undefined : estimateOf(pairs.differences, metric);

const checkOf = ({ metric, candidate, baseline, limit }: Test, outcome: Outcome, reason: ComparisonReason): Check => ({
  ...{ what: metric, ...candidate, baseline: baseline.value, limit },
  ...{ outcome, reason },
});

/** Compares the values alone, since there are no paired predictions. */
function byValue(test: Test, { unpaired }: Comparison): Check {
  const why = unpaired ?? `${test.metric} is not computed from predictions`;
  const worse = isOutside(test.candidate.value, test.limit);
  return checkOf(test, worse ? "broken" : "kept", { code: "no-interval", why });
}

function byInterval(test: Test, interval: Interval, comparison: Comparison, minimumRows: number): Check {
  const paired = pairedOf(test, interval, comparison);
  // The sign is changed where needed, so that more is better.
  const gain = paired.difference * (test.lower ? -1 : 1);
  const low = test.lower ? -interval.high : interval.low;
  const high = test.lower ? -interval.low : interval.high;
  const worse = isOutside(test.candidate.value, test.limit);
  if (worse && high < 0) return checkOf(test, "broken", { code: "worse-beyond-noise", ...paired });
  if (paired.rows < minimumRows) {
    return checkOf(test, "unsure", { code: "too-few-rows", rowsNeeded: minimumRows, ...paired });
  }
  if (worse || low < -test.loss) {
    const estimate = { rows: paired.rows, difference: gain, interval: { low, high }, allowedLoss: test.loss };
    const rowsNeeded = samplesNeeded(estimate);
    return checkOf(test, "unsure", {
      code: worse ? "worse-within-noise" : "loss-not-excluded",
      ...(rowsNeeded === undefined ? {} : { rowsNeeded }),
      ...paired,
    });
  }
  if (high < 0) return checkOf(test, "kept", { code: "worse-within-tolerance", ...paired });
  return checkOf(test, "kept", { code: low > 0 ? "better-beyond-noise" : "no-more-than-noise", ...paired });
}

const pairedOf = (
  { metric, candidate, baseline }: Test,
  differenceInterval: Interval,
  { pairs, confidence }: Comparison,
): PairedDifference => ({
  difference: candidate.value - baseline.value,
  differenceInterval,
  confidence,
  rows: pairs === undefined ? 0 : comparedUnits(pairs, metric),
  ...(needOf(metric) === "group" ? { unit: "group" } : {}),
  ...(canonicalMetric(metric) === "accuracy" && pairs?.mcnemar !== undefined ? { mcnemar: pairs.mcnemar } : {}),
});
