import { z } from "zod";
import { name, required } from "../config/forms.ts";
import { lookup } from "../lookup.ts";
import { readBoth } from "../measurements/metric-readings.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import { intervalText, short, shortBeyond, signed } from "../text.ts";
import { defineGate, inconclusive, passed, undecidable } from "./gate.ts";
import { allRight } from "./mutations.ts";

const settings = z.strictObject({
  required,
  /** The metric that is compared. */
  metric: name.default("accuracy"),
  /** The greatest gain that is believed, in units of the metric; more needs approval. */
  "max-gain": z.number().positive().default(0.1),
});

/** An improvement that is too good to be true is held for a person: most often a feature tells the label. */
export const suspiciousGainGate = defineGate({
  id: "suspicious-gain",
  settings,
  needs: ["comparison"],
  decide({ comparison }, settings, configured) {
    const { metric, "max-gain": limit } = settings;
    const both = readBoth(comparison, metric);
    if (typeof both === "string") return undecidable(both, configured);
    const { candidate, baseline } = both;
    const gain = (candidate.value - baseline.value) * (lowerIsBetter(metric) ? -1 : 1);
    const interval = lookup(comparison.pairs?.differences ?? {}, canonicalMetric(metric) ?? metric)?.interval;
    const numbers = { candidate: candidate.value, baseline: baseline.value, gain, limit };
    const text = `${metric} ${short(candidate.value)} (baseline ${short(baseline.value)}), a gain of ${gain > limit ? shortBeyond(gain, (one) => one > limit) : short(gain)}${intervalText(interval)} (at most ${limit})`;
    return gain > limit
      ? inconclusive(
          `held for a person: ${text}. Look for a feature that tells the label, or for evaluation data that was trained on; release it with --approve=suspicious-gain`,
          numbers,
        )
      : passed(text, numbers);
  },
  deciding: ({ gain, candidate, baseline }, settings) =>
    gain === undefined
      ? undefined
      : {
          figure: signed(gain),
          name: `gain in ${settings.metric}`,
          against: [
            `at most ${short(settings["max-gain"])}`,
            ...(candidate === undefined || baseline === undefined ? [] : [`${short(baseline)} → ${short(candidate)}`]),
          ],
        },
  mutants: () => [allRight],
});
