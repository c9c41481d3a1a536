import { describe, expect, test } from "vitest";
import type { ScoredCell } from "../../../src/drift/cbpe.ts";
import { judgeEstimate } from "../../../src/drift/judge-estimate.ts";
import { monitoringSettings } from "../../../src/drift/settings.ts";
import type { PredictionResults } from "../../../src/measurements/predictions/results.ts";
import { evaluationSettings } from "../../../src/measurements/predictions/settings.ts";

const interval = { low: 0.83, high: 0.87 };

/** A model whose scores were borne out: 85 % of the rows were right. */
const ACCEPTED: PredictionResults = {
  ...{ task: "classification", rows: 2000, classes: ["no", "yes"], positive: "yes", confidence: 0.95, resamples: 200 },
  candidate: {
    metrics: {
      accuracy: { value: 0.85, interval },
      calibration_error: { value: 0.01 },
      brier: { value: 0.1, interval },
    },
    calibration: [
      { score: 0.15, observed: 0.15, rows: 1000, interval: { low: 0.13, high: 0.17 } },
      { score: 0.85, observed: 0.85, rows: 1000, interval },
    ],
  },
  ...{ slices: [], fairness: [], absentColumns: [] },
};

const cells = (sure: number, unsure: number): ScoredCell[] => [
  { prediction: "yes", score: 0.85, rows: sure },
  { prediction: "no", score: 0.15, rows: sure },
  { prediction: "yes", score: 0.55, rows: unsure },
];

const judge = (live: readonly ScoredCell[], accepted: Parameters<typeof judgeEstimate>[1] = ACCEPTED, more = {}) =>
  judgeEstimate(live, accepted, {
    monitoring: monitoringSettings.parse(more),
    evaluation: evaluationSettings.parse({ resamples: 200 }),
  });

const withError = (error: number): PredictionResults => ({
  ...ACCEPTED,
  candidate: { ...ACCEPTED.candidate, metrics: { ...ACCEPTED.candidate.metrics, calibration_error: { value: error } } },
});

test("a log like the reference is kept, and one of unsure answers has decayed", () => {
  const kept = judge(cells(500, 0));
  expect(kept).toMatchObject({ metric: "accuracy", outcome: "kept", predictions: 1000, calibrationError: 0.01 });
  expect(kept.live?.value).toBeCloseTo(0.85, 2);
  // The reference has scores like these, so that the answers are known to be unsure.
  const seen = { score: 0.55, observed: 0.55, rows: 1000, interval: { low: 0.52, high: 0.58 } };
  const calibration = [...(ACCEPTED.candidate.calibration ?? []), seen];
  const accepted = { ...ACCEPTED, candidate: { ...ACCEPTED.candidate, calibration } };
  const decayed = judge(cells(200, 600), accepted);
  expect(decayed).toMatchObject({ outcome: "decayed", predictions: 1000 });
  expect(decayed.drop).toBeGreaterThan(0.15);
  expect(judge(cells(200, 600), accepted, { tolerance: 0.3 }).outcome).toBe("kept");
});

test("scores that the reference has not say too little to be decay", () => {
  expect(judge(cells(200, 600)).outcome).toBe("kept");
});

describe("it is refused", () => {
  const { calibration: _calibration, ...uncalibrated } = ACCEPTED.candidate;
  const { positive: _positive, ...several } = ACCEPTED;
  test.each<[string, ReturnType<typeof judge>]>([
    ["badly-calibrated", judge(cells(500, 0), withError(0.0501))],
    ["too-few-predictions", judge(cells(99, 0))],
    ["too-few-reference-labels", judge(cells(500, 0), { ...ACCEPTED, rows: 199 })],
    ["no-probabilities", judge(cells(500, 0), { ...ACCEPTED, candidate: uncalibrated })],
    ["no-probabilities", judge([...cells(500, 0), { prediction: "yes", score: 1.5, rows: 1 }])],
    ["no-probabilities", judge([...cells(500, 0), { prediction: "yes", score: Number.NaN, rows: 1 }])],
    ["not-two-classes", judge(cells(500, 0), { ...several, classes: ["a", "b", "c"] })],
    ["not-estimated", judge(cells(500, 0), ACCEPTED, { metric: "brier" })],
    ["not-measured", judge(cells(500, 0), { code: "not-measured", text: "there are no rows" })],
  ])("%s", (code, { outcome, reason }) => {
    expect([outcome, reason?.code]).toEqual(["refused", code]);
  });

  test("not at the limit of calibration, which is a setting", () => {
    expect(judge(cells(500, 0), withError(0.05)).outcome).toBe("kept");
    expect(judge(cells(500, 0), withError(0.2), { "max-calibration-error": 0.2 }).outcome).toBe("kept");
    expect(judge(cells(500, 0), withError(0.02), { "max-calibration-error": 0.01 }).outcome).toBe("refused");
  });
});
