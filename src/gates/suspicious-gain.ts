import { z } from "zod";
import { name, required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import type { ColumnPowers, Leaks } from "../measurements/leaks/results.ts";
import { metricOfTask, readBoth } from "../measurements/model-metrics.ts";
import { estimateOf, negated } from "../measurements/predictions/names.ts";
import { defineGate } from "./gate.ts";
import { rightAnswers } from "./harms.ts";
import { checkDirection, directionOf } from "./metric-settings.ts";
import { allRight } from "./mutations.ts";

const table = z.strictObject({
  required,
  /** The metric that is compared; when absent ndcg where rows are ranked, else accuracy, or r2 where numbers are predicted. */
  metric: name.optional(),
  /** The greatest gain that passes, in units of the metric; more needs approval. */
  "max-gain": stricter("lower", z.number().positive()).default(0.1),
  /**
   * From this power on a column alone is said to predict the label: the area under its ROC curve, or of numbers the share of the variance
   * that it explains.
   */
  "column-power": stricter("lower", share).default(0.99),
  /** Whether a lower value is better, of a metric whose name does not say it. */
  "lower-is-better": z.boolean().optional(),
});
const settings = table.check(checkDirection("suspicious-gain"));

/** An improvement that is too good to be true needs approval: most often a feature leaks the label. */
export const suspiciousGainGate = defineGate({
  id: "suspicious-gain",
  settings,
  needs: ({ "column-power": power }) => ({ comparison: {}, leaks: { power } }),
  decide({ comparison, leaks }, settings) {
    const { "max-gain": maxGain } = settings;
    const metric = settings.metric ?? metricOfTask(comparison, ["ndcg", "accuracy", "r2"]);
    const both = readBoth(comparison, metric);
    if ("missingFrom" in both) {
      return [{ what: metric, outcome: "missing", reason: { code: "no-metric", model: both.missingFrom, metric } }];
    }
    const [candidate, baseline] = [both.candidate.value, both.baseline.value];
    const difference = estimateOf(comparison.pairs?.differences ?? {}, metric) ?? { value: candidate - baseline };
    const { value, interval } = directionOf(metric, settings) ? negated(difference) : difference;
    const check = {
      ...{ what: `gain in ${metric}`, value, limit: { max: maxGain }, baseline },
      ...(interval === undefined ? {} : { interval }),
    };
    return value > maxGain
      ? [
          {
            ...check,
            outcome: "unsure",
            reason: { code: "too-good-to-be-true", metric, candidate, gate: "suspicious-gain", ...columnsOf(leaks) },
          },
        ]
      : [{ ...check, outcome: "kept", reason: { code: "gain", metric, candidate } }];
  },
  mutants: () => [allRight],
  harms: (_settings, facts) => [rightAnswers(facts)],
});

/** What single columns say of the label, where they were measured. */
const columnsOf = (
  leaks: Leaks,
): { readonly powers?: Pick<ColumnPowers, "measure" | "of" | "columns" | "leaking" | "next"> } =>
  "unmeasured" in leaks
    ? {}
    : {
        powers: {
          ...{ measure: leaks.measure, of: leaks.of, columns: leaks.columns, leaking: leaks.leaking },
          ...(leaks.next === undefined ? {} : { next: leaks.next }),
        },
      };
