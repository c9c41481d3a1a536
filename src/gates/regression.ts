import { z } from "zod";
import { count, name, required, share } from "../config/forms.ts";
import { lookup } from "../lookup.ts";
import { type Comparison, readBoth } from "../measurements/metric-readings.ts";
import { canonicalMetric, lowerIsBetter } from "../measurements/predictions/names.ts";
import type { Estimate, Interval } from "../statistics/estimate.ts";
import { samplesNeeded } from "../statistics/samples.ts";
import { counted, grouped, intervalText, percent, short, shortBeyond, signed } from "../text.ts";
import { defineGate, type Finding, failed, inconclusive, passed, undecidable } from "./gate.ts";
import { shuffled } from "./mutations.ts";

const settings = z.strictObject({
  required,
  /** The metric that is compared. */
  metric: name.default("accuracy"),
  /** How far the candidate may fall behind, as a share of the baseline's value. */
  tolerance: share.default(0.01),
  /** From fewer rows an interval is too narrow to be relied on: then only a loss beyond noise is believed. */
  "min-rows": count.default(100),
  /** Whether less of the metric is better; when absent its name decides. */
  "lower-is-better": z.boolean().optional(),
});
type Settings = z.output<typeof settings>;

/**
 * The candidate is not worse than the baseline on the same rows by more than the tolerance, and that is no luck of the rows.
 *
 * Where both have predictions, the interval of their paired difference decides: it fails a candidate that is worse beyond
 * tolerance and noise, passes one that is certainly not worse beyond the tolerance, and between the two there are too few rows.
 */
export const regressionGate = defineGate({
  id: "regression",
  settings,
  needs: ["comparison"],
  decide({ comparison }, settings, configured) {
    const { metric } = settings;
    const both = readBoth(comparison, metric);
    if (typeof both === "string") return undecidable(both, configured);
    const { candidate, baseline } = both;
    const lower = settings["lower-is-better"] ?? lowerIsBetter(metric);
    const difference = pairedDifference(comparison, metric);
    const test = {
      ...limits(settings, baseline.value, lower),
      metric,
      lower,
      candidate: candidate.value,
      baseline: baseline.value,
    };
    return difference?.interval === undefined
      ? byValue(test, comparison)
      : byInterval(test, difference.interval, comparison, settings["min-rows"]);
  },
  deciding: ({ candidate, baseline, limit, low, high }, { metric, "lower-is-better": turned }) => {
    if (candidate === undefined || baseline === undefined) return undefined;
    const lower = turned ?? lowerIsBetter(metric);
    const beyond = (one: number): boolean => limit !== undefined && (lower ? one > limit : one < limit);
    return {
      figure: beyond(candidate) ? shortBeyond(candidate, beyond) : short(candidate),
      name: metric,
      against: [
        `baseline ${short(baseline)}`,
        ...(limit === undefined ? [] : [`${lower ? "at most" : "at least"} ${short(limit)}`]),
        ...(low === undefined || high === undefined ? [] : [`difference${intervalText({ low, high })}`]),
      ],
    };
  },
  mutants: () => [shuffled],
});

interface Test {
  readonly metric: string;
  readonly lower: boolean;
  readonly candidate: number;
  readonly baseline: number;
  /** The worst value that is let through. */
  readonly limit: number;
  /** How far from the baseline that is. */
  readonly loss: number;
}

function limits({ tolerance }: Settings, baseline: number, lower: boolean): Pick<Test, "limit" | "loss"> {
  const loss = tolerance * Math.abs(baseline);
  return { limit: baseline + (lower ? loss : -loss), loss };
}

const pairedDifference = ({ pairs }: Comparison, metric: string): Estimate | undefined =>
  pairs === undefined ? undefined : lookup(pairs.differences, canonicalMetric(metric) ?? metric);

/** Without paired predictions the two values are all there is. */
function byValue(test: Test, { unpaired }: Comparison): Finding {
  const worse = isWorse(test);
  const why = unpaired === undefined ? `${test.metric} is not computed from predictions` : unpaired;
  const message = `${valuesText(test, worse)}; no interval: ${why}`;
  return (worse ? failed : passed)(message, numbersOf(test));
}

function byInterval(test: Test, interval: Interval, comparison: Comparison, minimumRows: number): Finding {
  // Turned so that more is better, whatever the metric.
  const gain = (test.candidate - test.baseline) * (test.lower ? -1 : 1);
  const low = test.lower ? -interval.high : interval.low;
  const high = test.lower ? -interval.low : interval.high;
  const rows = comparison.pairs?.rows ?? 0;
  const numbers = {
    ...numbersOf(test),
    difference: test.candidate - test.baseline,
    low: interval.low,
    high: interval.high,
  };
  const difference = `difference ${signed(test.candidate - test.baseline)}${intervalText(interval)} at ${percent(comparison.confidence)} on ${counted(rows, "row")}${mcnemarText(test, comparison)}`;
  const worse = isWorse(test);
  const text = `${valuesText(test, worse)}; ${difference}`;
  if (worse && high < 0) return failed(`${text}: worse beyond noise`, numbers);
  if (rows < minimumRows) {
    const few = `fewer than ${grouped(minimumRows)} rows (gates.regression.min-rows) are too few to tell`;
    return inconclusive(`${text}: ${few}`, { ...numbers, rowsNeeded: minimumRows });
  }
  if (worse || low < -test.loss) {
    const needed = samplesNeeded({ rows, difference: gain, interval: { low, high }, allowedLoss: test.loss });
    const what = worse ? "worse, but within noise" : "a loss beyond the tolerance cannot be excluded";
    if (needed === undefined) return inconclusive(`${text}: ${what}, and no number of rows would tell`, numbers);
    return inconclusive(`${text}: ${what}; about ${grouped(needed)} rows would tell`, {
      ...numbers,
      rowsNeeded: needed,
    });
  }
  if (high < 0) return passed(`${text}: worse beyond noise, within the tolerance`, numbers);
  return passed(`${text}: ${low > 0 ? "better beyond noise" : "no more than noise"}`, numbers);
}

const isWorse = ({ lower, candidate, limit }: Test): boolean => (lower ? candidate > limit : candidate < limit);

const valuesText = (test: Test, worse: boolean): string => {
  const { metric, lower, candidate, baseline, limit } = test;
  const shown = worse ? shortBeyond(candidate, (one) => isWorse({ ...test, candidate: one })) : short(candidate);
  return `${metric} ${shown} (baseline ${short(baseline)}, ${lower ? "at most" : "at least"} ${short(limit)})`;
};

const numbersOf = ({ candidate, baseline, limit }: Test): Record<string, number> => ({ candidate, baseline, limit });

const mcnemarText = ({ metric }: Test, { pairs }: Comparison): string =>
  metric !== "accuracy" || pairs?.mcnemar === undefined
    ? ""
    : `, McNemar ${pText(pairs.mcnemar.pValue)} (only the candidate right in ${grouped(pairs.mcnemar.onlyCandidate)}, only the baseline in ${grouped(pairs.mcnemar.onlyBaseline)})`;

const pText = (p: number): string => (p < 0.0001 ? "p < 0.0001" : `p = ${p.toPrecision(2)}`);
