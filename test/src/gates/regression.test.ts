import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { regressionGate } from "../../../src/gates/regression.ts";
import type { Comparison } from "../../../src/measurements/model-metrics.ts";
import type { PairedResults } from "../../../src/measurements/predictions/results.ts";
import { decisionOf, modelMetrics } from "../support.ts";

const comparison = (
  candidate: Record<string, number>,
  baseline: Record<string, number>,
  pairs?: PairedResults,
  unpaired?: string,
): Comparison => ({
  candidate: modelMetrics(candidate),
  baseline: modelMetrics(baseline),
  confidence: 0.95,
  ...(pairs === undefined ? {} : { pairs }),
  ...(unpaired === undefined ? {} : { unpaired }),
});
const decide = (candidate: Record<string, number>, baseline?: Record<string, number>, toml = "") =>
  decisionOf(regressionGate, baseline === undefined ? {} : { comparison: comparison(candidate, baseline) }, toml);
const of = (metric: string, more = "") => `[gates.regression]\nmetric = "${metric}"\n${more}`;

test("rankings are compared by their groups, and by ndcg where nothing else is said", async () => {
  const differences = { ndcg: { value: -0.01, interval: { low: -0.05, high: 0.03 } } };
  const pairs = { rows: 5000, groups: 90, differences };
  const metrics = [{ accuracy: 1, ndcg: 0.79 }, { accuracy: 1, ndcg: 0.8 }, pairs] as const;
  expect((await decisionOf(regressionGate, { comparison: comparison(...metrics) })).message).toContain(
    "on 90 groups: fewer than 100 groups (gates.regression.min-rows) are too few to tell",
  );
  const { message } = await decisionOf(
    regressionGate,
    { comparison: comparison(...metrics) },
    "[gates.regression]\nmin-rows = 50",
  );
  expect(message).toMatch(/^ndcg 0\.79 .* on 90 groups: .*; about [\d,]+ groups would tell/);
});

describe("two values alone, more is better", () => {
  test.each([
    [0.9, 0.9, "passed"],
    [0.95, 0.9, "passed"],
    [0.891, 0.9, "passed"],
    [0.8909, 0.9, "failed"],
    [0, 0, "passed"],
    [-0.001, 0, "failed"],
    [-0.505, -0.5, "passed"],
    [-0.506, -0.5, "failed"],
  ])("%d beside %d has %s", async (ours, theirs, status) => {
    expect((await decide({ accuracy: ours }, { accuracy: theirs })).status).toBe(status);
  });

  test("the message has all numbers, and why there is no interval", async () => {
    expect(await decide({ accuracy: 0.88123456 }, { accuracy: 0.9 })).toEqual({
      status: "failed",
      message: "accuracy 0.8812 (baseline 0.9, at least 0.891); no interval: accuracy is not computed from predictions",
      checks: [
        {
          ...{ what: "accuracy", value: 0.88123456, baseline: 0.9, limit: { min: 0.891 }, outcome: "broken" },
          reason: { code: "no-interval", why: "accuracy is not computed from predictions" },
        },
      ],
    });
    const found = await decisionOf(regressionGate, {
      comparison: comparison({ accuracy: 0.9 }, { accuracy: 0.9 }, undefined, "the column id has a value twice"),
    });
    expect(found.message).toContain("no interval: the column id has a value twice");
  });
});

describe("less is better", () => {
  test.each([
    [1.01, 1, "passed"],
    [1.0101, 1, "failed"],
    [0.5, 1, "passed"],
    [-0.99, -1, "passed"],
    [-0.98, -1, "failed"],
  ])("%d beside %d has %s", async (ours, theirs, status) => {
    expect((await decide({ rmse: ours }, { rmse: theirs }, of("rmse"))).status).toBe(status);
  });

  test.each([
    "bce",
    "cross_entropy",
    "log-loss",
    "brier-score",
    "Root-Mean-Squared-Error",
    "medae",
    "hinge",
    "val_loss",
  ])("%s under any spelling", async (metric) => {
    expect((await decide({ [metric]: 0.2 }, { [metric]: 0.1 }, of(metric))).status).toBe("failed");
    expect((await decide({ [metric]: 0.1 }, { [metric]: 0.2 }, of(metric))).status).toBe("passed");
  });

  test("the configuration says it where the name does not", async () => {
    expect((await decide({ x: 2 }, { x: 1 }, of("x", "lower-is-better = false"))).status).toBe("passed");
    const coverage = [{ coverage: 0.8 }, { coverage: 0.9 }] as const;
    expect(() => decide(...coverage, of("coverage"))).toThrow("lower-is-better = true (or false) beside it");
    expect((await decide(...coverage, of("coverage", "lower-is-better = true"))).status).toBe("passed");
    expect(await decide({ x: 2 }, { x: 1 }, of("x", "lower-is-better = true"))).toMatchObject({
      status: "failed",
      message: expect.stringContaining("x 2 (baseline 1, at most 1.01)"),
    });
  });

  test("more is better for a loss that scikit-learn negates", async () => {
    expect((await decide({ neg_log_loss: -0.3 }, { neg_log_loss: -0.5 }, of("neg_log_loss"))).status).toBe("passed");
    expect((await decide({ neg_log_loss: -0.7 }, { neg_log_loss: -0.5 }, of("neg_log_loss"))).status).toBe("failed");
  });
});

describe("the interval of the paired difference decides", () => {
  /** Accuracy of the baseline 0.9: the tolerance of 1 % is 0.009. */
  const paired = (difference: number, low: number, high: number) =>
    decisionOf(regressionGate, {
      comparison: comparison(
        { accuracy: 0.9 + difference },
        { accuracy: 0.9 },
        {
          rows: 2000,
          differences: { accuracy: { value: difference, interval: { low, high } } },
          mcnemar: { onlyCandidate: 20, onlyBaseline: 30, pValue: 0.2026 },
        },
      ),
    });

  test.each([
    [0.02, 0.01, 0.03, "passed", "better beyond noise"],
    [0, -0.004, 0.004, "passed", "no more than noise"],
    [-0.004, -0.008, -0.001, "passed", "worse beyond noise, within the tolerance"],
    [-0.02, -0.03, -0.01, "failed", "worse beyond noise"],
    [-0.02, -0.05, 0.01, "inconclusive", "worse, but within noise; about 4,500 rows would tell"],
    [0, -0.02, 0.02, "inconclusive", "a loss beyond the tolerance cannot be excluded; about 9,900 rows would tell"],
    [-0.005, -0.02, -0.001, "inconclusive", "cannot be excluded"],
  ])("%d [%d, %d] has %s", async (difference, low, high, status, text) => {
    const finding = await paired(difference, low, high);
    expect(finding.status).toBe(status);
    expect(finding.message).toContain(text);
  });

  test("with few rows only a loss beyond noise decides", async () => {
    const few = (difference: number, low: number, high: number, toml = "") =>
      decisionOf(
        regressionGate,
        {
          comparison: comparison(
            { accuracy: 0.9 + difference },
            { accuracy: 0.9 },
            {
              rows: 40,
              differences: { accuracy: { value: difference, interval: { low, high } } },
            },
          ),
        },
        toml,
      );
    expect(await few(0, 0, 0)).toMatchObject({
      status: "inconclusive",
      message: expect.stringContaining("fewer than 100 rows (gates.regression.min-rows) are too few to tell"),
    });
    expect((await few(-0.1, -0.2, -0.05)).status).toBe("failed");
    expect((await few(0, 0, 0, "[gates.regression]\nmin-rows = 40")).status).toBe("passed");
  });

  test("the message has the interval, and McNemar's test", async () => {
    expect(await paired(-0.02, -0.03, -0.01)).toMatchObject({
      message:
        "accuracy 0.88 (baseline 0.9, at least 0.891); difference −0.02 [-0.03, -0.01] at 95 % on 2,000 rows, McNemar p = 0.20 (only the candidate right in 20, only the baseline in 30): worse beyond noise",
      checks: [
        {
          ...{ value: 0.88, baseline: 0.9, outcome: "broken" },
          reason: { code: "worse-beyond-noise", differenceInterval: { low: -0.03, high: -0.01 }, rows: 2000 },
        },
      ],
    });
  });

  test("less is better: the interval is negated", async () => {
    const loss = (difference: number, low: number, high: number) =>
      decisionOf(
        regressionGate,
        {
          comparison: comparison(
            { log_loss: 0.4 + difference },
            { log_loss: 0.4 },
            {
              rows: 2000,
              differences: { log_loss: { value: difference, interval: { low, high } } },
            },
          ),
        },
        of("logloss"),
      );
    expect(await loss(0.05, 0.02, 0.08)).toMatchObject({ status: "failed" });
    expect(await loss(-0.05, -0.08, -0.02)).toMatchObject({ status: "passed" });
    expect(await loss(0.05, -0.02, 0.12)).toMatchObject({ status: "inconclusive" });
  });
});

describe("without a configured metric", () => {
  test("accuracy is compared, or the absolute error where numbers are predicted", async () => {
    expect((await decide({ accuracy: 0.5, mae: 1 }, { accuracy: 0.9, mae: 1 })).message).toContain("accuracy 0.5");
    expect(await decide({ mae: 2, r2: 0.5 }, { mae: 1, r2: 0.9 })).toMatchObject({
      status: "failed",
      message: expect.stringContaining("mae 2 (baseline 1, at most 1.01)"),
    });
  });
});

describe("what is missing", () => {
  test("no baseline is nothing to decide, configured or not", async () => {
    expect(await decide({ accuracy: 1 })).toEqual({
      status: "skipped",
      message: "no baseline was given (--baseline)",
      checks: [
        {
          ...{ what: "regression", outcome: "missing" },
          reason: { code: "not-measured", why: "no baseline was given (--baseline)" },
        },
      ],
    });
    expect((await decide({ accuracy: 1 }, undefined, of("accuracy"))).status).toBe("skipped");
  });

  test("a metric that one model lacks: skipped by default, failed when it is configured", async () => {
    expect(await decide({ f1: 1 }, { accuracy: 1 })).toMatchObject({ status: "skipped" });
    expect(await decide({ f1: 1 }, { f1: 1 }, of("auc"))).toMatchObject({
      status: "failed",
      message: "cannot be decided: the candidate has no metric auc",
    });
    expect((await decide({ auc: 1 }, { f1: 1 }, of("auc"))).message).toContain("the baseline has no metric auc");
    expect((await decide({}, {}, of("constructor", "lower-is-better = true"))).status).toBe("failed");
  });
});

test("being as good or better never fails, being worse by more than the tolerance always does", async () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      value,
      value,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      async (ours, theirs, tolerance, lower) => {
        const toml = of("m", `tolerance = ${tolerance.toFixed(20)}\nlower-is-better = ${lower}`);
        const used = Number(tolerance.toFixed(20));
        const loss = lower ? ours - theirs : theirs - ours;
        const slack = used * Math.abs(theirs);
        const { status } = await decide({ m: ours }, { m: theirs }, toml);
        if (loss <= 0) expect(status).toBe("passed");
        if (loss > slack * (1 + 1e-9) + 1e-9) expect(status).toBe("failed");
      },
    ),
  );
});
