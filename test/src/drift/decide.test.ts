import { describe, expect, test } from "vitest";
import type { ColumnFault } from "../../../src/drift/columns.ts";
import { actionOf, decideTests } from "../../../src/drift/decide.ts";
import type { ColumnTest, JudgedEstimate, JudgedMetric } from "../../../src/drift/readings.ts";
import { withMessages } from "../../../src/drift/words.ts";

const LIMITS = { alpha: 0.05, minSamples: 200, minEffect: 0.05 };

const one = (more: Partial<ColumnTest> = {}): ColumnTest => ({
  ...{ column: "x", role: "feature", kind: "number", test: "Kolmogorov–Smirnov" },
  ...{ effect: 0.1, p: 1e-9, reference: 10_000, current: 10_000, change: { code: "mean", before: 1, now: 2 } },
  ...more,
});

const METRIC: JudgedMetric = {
  ...{ metric: "accuracy", accepted: { value: 0.9 }, live: { value: 0.8 }, labelled: 500 },
  ...{ drop: 0.1, z: 6.5, tolerance: 0.05, outcome: "decayed" },
};

const outcomes = (...tests: ColumnTest[]): string[] => decideTests(tests, LIMITS).map(({ outcome }) => outcome);

describe("a test reports drift", () => {
  test("when it is significant and large", () => expect(outcomes(one())).toEqual(["drifted"]));
  test("not when it is significant and small, as any difference in ten million rows", () =>
    expect(outcomes(one({ effect: 0.049, p: 0 }))).toEqual(["alike"]));
  test("not when it is large and insignificant", () =>
    expect(outcomes(one({ effect: 0.3, p: 0.06 }))).toEqual(["alike"]));
  test("at the least effect that matters", () => expect(outcomes(one({ effect: 0.05 }))).toEqual(["drifted"]));
  test("not below the minimum of values, on either side", () => {
    expect(outcomes(one({ reference: 199 }))).toEqual(["inconclusive"]);
    expect(outcomes(one({ current: 199 }))).toEqual(["inconclusive"]);
    expect(outcomes(one({ reference: 200, current: 200 }))).toEqual(["drifted"]);
  });

  test("with a p-value that is corrected for all tests but the inconclusive ones", () => {
    const many = Array.from({ length: 19 }, () => one({ p: 0.9 }));
    expect(outcomes(one({ p: 0.002 }), ...many)[0]).toBe("drifted");
    expect(outcomes(one({ p: 0.003 }), ...many)[0]).toBe("alike");
    expect(outcomes(one({ p: 0.04 }), ...many.map((test) => ({ ...test, current: 3 })))[0]).toBe("drifted");
  });
});

test("the worst comes first, and only drifted columns keep their shares", () => {
  const shares = { low: 0, high: 1, reference: [1], current: [1] };
  const decided = decideTests(
    [
      one({ column: "alike", p: 1, effect: 0.9, shares }),
      one({ column: "few", current: 1, shares }),
      one({ column: "less", shares }),
      one({ column: "most", effect: 0.8 }),
    ],
    LIMITS,
  );
  expect(decided.map(({ column }) => column)).toEqual(["most", "less", "few", "alike"]);
  expect(decided.filter((test) => test.shares !== undefined).map(({ column }) => column)).toEqual(["less"]);
});

describe("the action", () => {
  const action = (
    tests: ColumnTest[],
    more: { faults?: readonly ColumnFault[]; metric?: JudgedMetric; estimate?: JudgedEstimate } = {},
  ) => {
    const found = { tests: decideTests(tests, LIMITS), faults: [], ...more };
    const rows = { reference: 10_000, current: 10_000 };
    const { action, message } = withMessages({ action: actionOf(found), ...found, limits: LIMITS, skipped: [], rows });
    return [action, message];
  };
  const alike = one({ p: 1, effect: 0.001 });

  test("nothing", () => expect(action([alike])).toEqual(["nothing", "Nothing to do: 1 column compared, none drifted"]));
  test("retrain, where a column, the label or a prediction drifted", () => {
    expect(action([one()])).toEqual([
      "retrain",
      "Retrain: x drifted by 0.1 in Kolmogorov–Smirnov (mean 1 → 2), limit 0.05, adjusted p 1.0e-9",
    ]);
    expect(action([one({ column: "income", role: "label" })])[1]).toMatch(/^Retrain: label income drifted/);
    expect(action([one({ column: "prediction", role: "prediction" })])[1]).toMatch(/^Retrain: prediction drifted/);
  });
  test("retrain, where the metric decayed", () =>
    expect(action([alike], { metric: METRIC })).toEqual([
      "retrain",
      "Retrain: live accuracy 0.8 of 500 labelled rows, accepted 0.9: worse by 0.1, tolerance 0.05, 6.5 standard errors",
    ]));
  test("retrain, where the estimate of an unlabelled log decayed; one that is refused changes nothing", () => {
    const estimate: JudgedEstimate = {
      ...{ metric: "accuracy", accepted: { value: 0.9 }, live: { value: 0.8 }, predictions: 900 },
      ...{ drop: 0.1, z: 6.5, tolerance: 0.05, outcome: "decayed" },
    };
    expect(action([alike], { estimate })[0]).toBe("retrain");
    expect(action([alike], { estimate: { ...estimate, outcome: "kept" } })[0]).toBe("nothing");
    const refused: JudgedEstimate = {
      ...{ metric: "accuracy", predictions: 900, tolerance: 0.05, outcome: "refused" },
      reason: { code: "not-two-classes" },
    };
    expect(action([alike], { estimate: refused })).toEqual([
      "nothing",
      "Nothing to do: 1 column compared, none drifted; accuracy cannot be estimated: a score tells it where there are two classes, a positive and a negative one",
    ]);
  });
  test("look, where values or a column are missing, because a model would learn the fault", () => {
    const missing = one({ column: "y", test: "missing values", effect: 0.2 });
    const [done, message] = action([one(), missing], { metric: METRIC });
    expect(done).toBe("look");
    expect(message).toMatch(/^Look: y drifted by 0\.2 in missing values.*; x drifted.*; live accuracy/);
    expect(action([alike], { faults: [{ column: "z", fault: "gone" }] })).toEqual(["look", "Look: z is gone"]);
    expect(action([alike], { faults: [{ column: "z", fault: "no longer numbers" }] })[1]).toBe(
      "Look: z holds numbers no longer",
    );
  });
  test("look, where nothing could be judged", () => {
    expect(action([one({ current: 100 })])).toEqual([
      "look",
      "Look: nothing can be judged, with fewer than 200 values on one side",
    ]);
    expect(action([])).toEqual(["look", "Look: no column can be compared"]);
  });
  test("inconclusive columns are named in every message", () => {
    const metric: JudgedMetric = {
      ...METRIC,
      outcome: "inconclusive",
      reason: { code: "too-few-labels", labelled: 3, needed: 200 },
    };
    expect(action([alike, one({ column: "y", current: 3 })], { metric })).toEqual([
      "nothing",
      "Nothing to do: 2 columns compared, none drifted; 1 column inconclusive, with fewer than 200 values on one side; accuracy is inconclusive: 3 labelled rows of 200 that are needed",
    ]);
  });
});
