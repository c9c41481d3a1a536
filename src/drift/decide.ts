import { adjusted } from "../statistics/false-discovery.ts";
import type { Action, ColumnTest, DriftDecision, JudgedTest, Limits } from "./readings.ts";

/** What the tests come to when all columns are looked at together, the worst first. */
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

/** Just what drifted has a picture. */
const withoutShares = ({ shares: _shares, ...test }: ColumnTest): ColumnTest => test;

const RANK = { drifted: 0, inconclusive: 1, alike: 2 } as const;

type DriftEvidence = Pick<DriftDecision, "tests" | "faults" | "metric">;

/** Data that look broken come first: training on them would teach the fault. */
export function actionOf({ tests, faults, metric }: DriftEvidence): Action {
  const drifted = tests.filter(({ outcome }) => outcome === "drifted");
  const judged = tests.some(({ outcome }) => outcome !== "inconclusive");
  if (faults.length > 0 || drifted.some(isDataFault) || !judged) return "look";
  return drifted.length > 0 || metric?.outcome === "decayed" ? "retrain" : "nothing";
}

/** Values that are missing are a fault of the data, and no change of the world. */
export const isDataFault = ({ test }: ColumnTest): boolean => test === "missing values";
