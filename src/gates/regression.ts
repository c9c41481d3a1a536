import { short } from "../text.ts";
import { failed, type Gate, passed, skipped } from "./gate.ts";
import { lowerIsBetter, metricOf } from "./measurements/metrics.ts";

/** The candidate is not worse than the baseline on the same data by more than the tolerance, relative to the baseline. */
export const regressionGate: Gate = {
  id: "regression",
  decide({ candidate, baseline }, config) {
    if (baseline === undefined) return skipped("no baseline was given (--baseline)");
    const metric = config.regression?.metric ?? "accuracy";
    const tolerance = config.regression?.tolerance ?? 0.01;
    const ours = metricOf(candidate.metrics, metric);
    const theirs = metricOf(baseline.metrics, metric);
    if (ours === undefined || theirs === undefined) {
      const lacking = ours === undefined ? "the candidate" : "the baseline";
      const message = `${lacking} has no metric ${metric}`;
      return config.regression === undefined ? skipped(message) : failed(`cannot be decided: ${message}`);
    }
    const lower = config.regression?.["lower-is-better"] ?? lowerIsBetter(metric);
    const limit = theirs + (lower ? 1 : -1) * tolerance * Math.abs(theirs);
    const worse = lower ? ours > limit : ours < limit;
    const message = `${metric} ${worse ? ours : short(ours)} (baseline ${short(theirs)}, ${lower ? "at most" : "at least"} ${worse ? limit : short(limit)})`;
    return (worse ? failed : passed)(message, { candidate: ours, baseline: theirs, limit });
  },
};
