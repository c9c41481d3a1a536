import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside, type Limit } from "../checks/limit.ts";
import type { ScoreBin } from "../checks/reasons/metrics.ts";
import { required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import type { CalibrationBin, ModelResults, PredictionResults } from "../measurements/predictions/results.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { samplesNeeded } from "../statistics/samples.ts";
import { defineGate } from "./gate.ts";
import { turnedLabels } from "./harms.ts";
import { labelsTurned } from "./mutations.ts";

const settings = z
  .strictObject({
    required,
    /**
     * Greatest expected calibration error: how far scores are from the share of rows in which they come true, on average over ten
     * equal bins. Not judged when absent.
     */
    "max-ece": stricter("lower", share).optional(),
    /** Greatest Brier score, the mean squared distance of scores from what came true, of two classes. Not judged when absent. */
    "max-brier": stricter("lower", share).optional(),
    /** Greatest log loss; not judged when absent. */
    "max-log-loss": stricter("lower", z.number().min(0)).optional(),
  })
  .refine(
    (table) => [table["max-ece"], table["max-brier"], table["max-log-loss"]].some((limit) => limit !== undefined),
    "expected max-ece, max-brier or max-log-loss: without one there is nothing to hold the scores against",
  );
type Settings = z.output<typeof settings>;

/** Scores mean what they say: of the rows with a score of 70 %, about 70 % come true. */
export const calibrationGate = defineGate({
  id: "calibration",
  settings,
  needs: () => ({ predictions: {} }),
  decide({ predictions }, settings) {
    const { task, candidate } = predictions;
    return candidate.metrics.calibration_error === undefined
      ? [{ what: "calibration", outcome: "missing", reason: { code: "no-probabilities", task } }]
      : limitsOf(settings).map(([metric, max]) => checkOf(predictions, metric, { max }));
  },
  mutants: () => [labelsTurned],
  harms: (_settings, facts) => [turnedLabels(facts)],
});

/** The limits that are set, by metric. */
const limitsOf = (settings: Settings): [metric: string, max: number][] =>
  Object.entries({
    calibration_error: settings["max-ece"],
    brier: settings["max-brier"],
    log_loss: settings["max-log-loss"],
  }).flatMap(([metric, max]) => (max === undefined ? [] : [[metric, max]]));

function checkOf({ candidate, baseline, classes = [], rows }: PredictionResults, metric: string, limit: Limit): Check {
  const estimate = candidate.metrics[metric];
  if (estimate === undefined) {
    const reason = { code: "two-classes-only", classes: classes.length } as const;
    return { what: metric, limit, outcome: "missing", reason };
  }
  const before = baseline?.metrics[metric];
  const check = { what: metric, ...estimate, limit, ...(before === undefined ? {} : { baseline: before.value }) };
  const outcome = isOutside(estimate.value, limit) ? "broken" : "kept";
  if (metric !== "calibration_error") return { ...check, outcome, reason: { code: "calibration", rows } };
  const furthest = furthestOf(candidate);
  const about = { rows, ...(furthest === undefined ? {} : { furthest }) };
  return outcome === "broken" && !isOutside(estimate.interval?.low ?? estimate.value, limit)
    ? {
        ...check,
        outcome: "unsure",
        reason: { code: "calibration-within-noise", ...about, ...needed(estimate, limit, rows) },
      }
    : { ...check, outcome, reason: { code: "calibration", ...about } };
}

/** How many rows would tell an error beyond the limit from noise. An interval that is cut off at zero does not say how wide it is. */
function needed({ value, interval }: Estimate, { max = 1 }: Limit, rows: number): { readonly rowsNeeded?: number } {
  if (interval === undefined || interval.low === 0) return {};
  const of = { low: max - interval.high, high: max - interval.low };
  const rowsNeeded = samplesNeeded({ rows, difference: max - value, interval: of, allowedLoss: 0 });
  return rowsNeeded === undefined ? {} : { rowsNeeded };
}

/** The bin that adds most to the calibration error. */
function furthestOf({ calibration = [] }: ModelResults): ScoreBin | undefined {
  const part = ({ score, observed, rows }: CalibrationBin): number => rows * Math.abs(score - observed);
  const [first] = [...calibration].sort((one, other) => part(other) - part(one));
  return first === undefined ? undefined : { score: first.score, observed: first.observed, rows: first.rows };
}
