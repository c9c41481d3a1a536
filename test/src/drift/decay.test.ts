import { expect, test } from "vitest";
import { compareMetric } from "../../../src/drift/decay.ts";

const LIMITS = { tolerance: 0.05, minLabels: 200, confidence: 0.95 };
const around = (value: number, half: number) => ({ value, interval: { low: value - half, high: value + half } });
const outcome = (metric: string, accepted: number, live: number, half = 0.01, labelled = 1000) =>
  compareMetric(metric, around(accepted, half), around(live, half), labelled, LIMITS).outcome;

test("a metric has decayed when it is worse by more than the tolerance and by more than noise", () => {
  expect(outcome("accuracy", 0.9, 0.84)).toBe("decayed");
  expect(outcome("accuracy", 0.9, 0.86)).toBe("kept");
  expect(outcome("accuracy", 0.9, 0.84, 0.05)).toBe("kept");
  expect(outcome("accuracy", 0.9, 0.99)).toBe("kept");
});

test("a loss decays when it grows", () => {
  expect(outcome("log_loss", 0.3, 0.4)).toBe("decayed");
  expect(outcome("log_loss", 0.4, 0.3)).toBe("kept");
});

test("the standard errors of both intervals are combined", () => {
  const { z, drop } = compareMetric("f1", around(0.9, 0.03), around(0.8, 0.04), 300, LIMITS);
  expect(drop).toBeCloseTo(0.1);
  expect(z).toBeCloseTo((0.1 / 0.05) * 1.959964, 4);
});

test("without noise, any difference beyond the tolerance is one", () => {
  const found = compareMetric("accuracy", around(1, 0), around(0, 0), 300, LIMITS);
  expect(found.outcome).toBe("decayed");
  expect(found.z).toBeUndefined();
});

test("too few labels, or no interval, are inconclusive", () => {
  expect(compareMetric("accuracy", around(0.9, 0.01), around(0.1, 0.01), 199, LIMITS)).toMatchObject({
    outcome: "inconclusive",
    reason: { code: "too-few-labels", labelled: 199, needed: 200 },
  });
  expect(compareMetric("calibration_error", { value: 0.1 }, { value: 0.5 }, 500, LIMITS)).toMatchObject({
    outcome: "inconclusive",
    reason: { code: "no-interval" },
  });
});
