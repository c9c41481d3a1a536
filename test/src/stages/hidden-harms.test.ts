import { expect, test } from "vitest";
import { type GradedGates, hiddenHarms } from "../../../src/stages/hidden-harms.ts";
import type { Sensitivity } from "../../../src/stages/sensitivity.ts";
import { configOf } from "../support.ts";

const wrong = (gate: string, smallest?: number): Sensitivity => ({
  ...{ gate, harm: "right answers made wrong", unit: "% of the rows" },
  ...(smallest === undefined ? { note: "not even 100 % of the rows is caught" } : { smallest, note: "" }),
});
const graded = (toml: string, ...sensitivity: Sensitivity[]): GradedGates => ({
  sensitivity,
  gates: configOf(toml).gates,
});

test("a looser setting that hides a harm is named, with what it was", () => {
  const earlier = graded("[gates.regression]\ntolerance = 0.01", wrong("regression", 1.25));
  const now = graded("[gates.regression]\ntolerance = 0.05", wrong("regression", 4.5));
  expect(hiddenHarms(now, earlier)).toEqual([
    "regression caught right answers made wrong from 1.25 % of the rows on, and only from 4.5 % of the rows on now: gates.regression.tolerance was 0.01 and is 0.05",
  ]);
  expect(hiddenHarms(earlier, now)).toEqual([]);
});

test("a limit that is gone and a gate that is not asked any more are named, and other data are no looser setting", () => {
  const earlier = graded("[gates.metrics]\naccuracy = 0.9\nf1 = 0.8", wrong("metrics", 2), wrong("regression", 1));
  expect(hiddenHarms(graded("[gates.metrics]\nf1 = 0.8", wrong("metrics")), earlier)).toEqual([
    "metrics caught right answers made wrong from 2 % of the rows on, and not even 100 % of the rows is caught: gates.metrics.accuracy was 0.9 and is not set",
    "regression caught right answers made wrong from 1 % of the rows on, and is not graded by that any more",
  ]);
  const fewer = graded("[gates.metrics]\naccuracy = 0.9\nf1 = 0.8", wrong("metrics", 3), wrong("regression", 1.2));
  expect(hiddenHarms(fewer, earlier)).toEqual([
    "metrics caught right answers made wrong from 2 % of the rows on, and only from 3 % of the rows on now: no setting of it is looser, so data, model or baseline are others",
  ]);
});
