import { describe, expect, test } from "vitest";
import { calibrationGate } from "../../../src/gates/calibration.ts";
import type { PredictionResults } from "../../../src/measurements/predictions/results.ts";
import { configOf, decisionOf, predictionResults, userError } from "../support.ts";

const bin = (score: number, observed: number, rows: number) => ({
  ...{ score, observed, rows },
  interval: { low: observed - 0.05, high: observed + 0.05 },
});
const scored = (error: number, low: number, changes: Partial<PredictionResults> = {}) =>
  predictionResults({
    rows: 1000,
    candidate: {
      metrics: {
        calibration_error: { value: error, interval: { low, high: error + 0.03 } },
        brier: { value: 0.1, interval: { low: 0.08, high: 0.12 } },
        log_loss: { value: 0.4 },
      },
      calibration: [bin(0.05, 0.09, 700), bin(0.94, 0.7, 300)],
    },
    ...changes,
  });
const decide = (predictions: PredictionResults, limits = "max-ece = 0.05") =>
  decisionOf(calibrationGate, { predictions }, `[gates.calibration]\n${limits}`);

test("scores that mean what they say", async () => {
  expect(await decide(scored(0.04, 0.02))).toMatchObject({
    status: "passed",
    message: "calibration error 0.04 [0.02, 0.07] (at most 0.05)",
    checks: [{ what: "calibration_error", value: 0.04, limit: { max: 0.05 }, outcome: "kept" }],
  });
});

test("scores that do not say where they are furthest off", async () => {
  expect(await decide(scored(0.1, 0.06))).toMatchObject({
    status: "failed",
    message: "calibration error 0.1 [0.06, 0.13] (at most 0.05): where scores say 94 %, 70 % came true (300 rows)",
    checks: [{ reason: { code: "calibration", rows: 1000, furthest: { score: 0.94, observed: 0.7, rows: 300 } } }],
  });
});

test("an error that a perfect score could have in so few rows is inconclusive, and says how many would tell", async () => {
  const { status, message, checks } = await decide(scored(0.1, 0.02));
  expect({ status, message }).toEqual({
    status: "inconclusive",
    message:
      "calibration error 0.1 [0.02, 0.13] (at most 0.05): where scores say 94 %, 70 % came true (300 rows); within the noise of 1,000 rows, and about 2,600 rows would tell",
  });
  expect(checks).toMatchObject([{ outcome: "unsure", reason: { code: "calibration-within-noise", rowsNeeded: 2600 } }]);
  expect((await decide(scored(0.1, 0))).message).toMatch(/within the noise of 1,000 rows$/);
});

test("Brier score and log loss are held against the value, as other limits", async () => {
  const limits = "max-brier = 0.09\nmax-log-loss = 0.5";
  const baseline = { metrics: { brier: { value: 0.2 } } };
  expect(await decide(scored(0.3, 0.2, { baseline }), limits)).toMatchObject({
    status: "failed",
    message: "brier 0.1 [0.08, 0.12] (at most 0.09)",
    checks: [
      { what: "brier", baseline: 0.2, outcome: "broken" },
      { what: "log_loss", outcome: "kept" },
    ],
  });
});

describe("what cannot be decided is never passed", () => {
  test.each<[string, Partial<PredictionResults>, string]>([
    ["max-ece = 0.1", { candidate: { metrics: {} } }, "the predictions have no probabilities: no column score"],
    ["max-ece = 0.1", { task: "regression", candidate: { metrics: {} } }, "the predictions are numbers"],
    [
      "max-brier = 0.1",
      { classes: ["a", "b", "c"], candidate: { metrics: { calibration_error: { value: 0 } } } },
      "brier is computed for two classes, and there are 3",
    ],
  ])("%s %#", async (limits, changes, text) => {
    expect(await decide(scored(0, 0, changes), limits)).toMatchObject({
      status: "failed",
      message: expect.stringContaining(text),
    });
  });
});

test("a table without a limit is refused, and without a table the gate does not run", async () => {
  expect(userError(() => configOf("[gates.calibration]\nrequired = true"))).toContain(
    "max-ece, max-brier or max-log-loss",
  );
  expect((await decisionOf(calibrationGate, { predictions: scored(0.5, 0.4) })).status).toBe("skipped");
});
