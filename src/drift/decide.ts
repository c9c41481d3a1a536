import { adjusted } from "../statistics/false-discovery.ts";
import type { Action, ColumnTest, DriftDecision, JudgedTest, Limits } from "./readings.ts";

/** Decides all tests together, with p-values adjusted for their number; the worst come first. */
export function decideTests(tests: readonly ColumnTest[], limits: Limits): JudgedTest[] {
  const enough = tests.filter(({ reference, current }) => Math.min(reference, current) >= limits.minSamples);
  const p = adjusted(enough.map((test) => test.p));
  const decided = new Map(
    enough.map((test, index): [ColumnTest, JudgedTest] => {
      const adjustedP = p[index] as number;
      const drifted = adjustedP < limits.alpha && test.effect >= limits.minEffect;
      return [test, { ...(drifted ? test : withoutShares(test)), adjustedP, outcome: drifted ? "drifted" : "alike" }];
    }),
  );
  return tests
    .map((test): JudgedTest => decided.get(test) ?? { ...withoutShares(test), outcome: "inconclusive" })
    .sort((a, b) => RANK[a.outcome] - RANK[b.outcome] || b.effect - a.effect);
}

/** Drops the shares for the plot, which only drifted columns have. */
const withoutShares = ({ shares: _shares, ...test }: ColumnTest): ColumnTest => test;

const RANK = { drifted: 0, inconclusive: 1, alike: 2 } as const;

type DriftEvidence = Pick<DriftDecision, "tests" | "faults" | "metric" | "estimate">;

/** Broken data take precedence over drift, because a model trained on them would learn the fault. */
export function actionOf({ tests, faults, metric, estimate }: DriftEvidence): Action {
  const drifted = tests.filter(({ outcome }) => outcome === "drifted");
  const judged = tests.some(({ outcome }) => outcome !== "inconclusive");
  if (faults.length > 0 || drifted.some(isDataFault) || !judged) return "look";
  const decayed = metric?.outcome === "decayed" || estimate?.outcome === "decayed";
  return drifted.length > 0 || decayed ? "retrain" : "nothing";
}

/** Whether a test is about missing values, which are a fault of the data and no change in production. */
export const isDataFault = ({ test }: ColumnTest): boolean => test === "missing values";
