import { z } from "zod";
import { name, required } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { lookup } from "../lookup.ts";
import { readBoth } from "../measurements/model-metrics.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { Interval } from "../statistics/estimate.ts";
import { defineGate } from "./gate.ts";
import { allRight } from "./mutations.ts";

const settings = z.strictObject({
  required,
  /** The metric that is compared. */
  metric: name.default("accuracy"),
  /** The greatest gain that passes, in units of the metric; more needs approval. */
  "max-gain": stricter("lower", z.number().positive()).default(0.1),
});

/** An improvement that is too good to be true needs approval: most often a feature leaks the label. */
export const suspiciousGainGate = defineGate({
  id: "suspicious-gain",
  settings,
  needs: () => ({ comparison: {} }),
  decide({ comparison }, { metric, "max-gain": maxGain }) {
    const both = readBoth(comparison, metric);
    if ("missingFrom" in both) {
      return [{ what: metric, outcome: "missing", reason: { code: "no-metric", model: both.missingFrom, metric } }];
    }
    const [candidate, baseline] = [both.candidate.value, both.baseline.value];
    const lower = lowerIsBetter(metric);
    const value = (candidate - baseline) * (lower ? -1 : 1);
    const difference = lookup(comparison.pairs?.differences ?? {}, canonicalMetric(metric) ?? metric)?.interval;
    const check = {
      ...{ what: `gain in ${metric}`, value, limit: { max: maxGain }, baseline },
      ...(difference === undefined ? {} : { interval: lower ? negated(difference) : difference }),
    };
    return value > maxGain
      ? [
          {
            ...check,
            outcome: "unsure",
            reason: { code: "too-good-to-be-true", metric, candidate, gate: "suspicious-gain" },
          },
        ]
      : [{ ...check, outcome: "kept", reason: { code: "gain", metric, candidate } }];
  },
  mutants: () => [allRight],
});

/** Turns the interval of a loss into that of a gain. */
const negated = ({ low, high }: Interval): Interval => ({ low: -high, high: -low });
