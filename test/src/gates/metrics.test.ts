import { describe, expect, test } from "vitest";
import { metricsGate } from "../../../src/gates/metrics.ts";
import type { ModelMetrics } from "../../../src/measurements/model-metrics.ts";
import { decisionOf, modelMetrics, predictionResults } from "../support.ts";

const decide = (metrics: Record<string, number>, toml = "") =>
  decisionOf(metricsGate, { metrics: modelMetrics(metrics) }, toml);

describe("without thresholds of its own", () => {
  test("accuracy and F1 have the defaults", async () => {
    expect(await decide({ accuracy: 0.85, f1: 0.8 })).toMatchObject({
      status: "passed",
      message: "accuracy 0.85 (at least 0.85); f1 0.8 (at least 0.8)",
      checks: [
        { what: "accuracy", value: 0.85, limit: { min: 0.85 }, outcome: "kept" },
        { what: "f1", value: 0.8, limit: { min: 0.8 }, outcome: "kept" },
      ],
    });
    expect(await decide({ accuracy: 0.9, f1: 0.796 })).toMatchObject({
      status: "failed",
      message: "f1 0.796 (at least 0.8): a guess of the pipeline, and gates.metrics.f1 = 0.79 allows it",
    });
    // A limit of the project's own is no guess, whatever it is.
    expect((await decide({ f1: 0.79 }, "[gates.metrics]\nf1 = 0.8")).message).toBe("f1 0.79 (at least 0.8)");
  });

  test("only those that are measured, and none is nothing to decide", async () => {
    expect(await decide({ f1: 0.9, rmse: 9 })).toMatchObject({ status: "passed", message: "f1 0.9 (at least 0.8)" });
    expect((await decide({ rmse: 9 })).status).toBe("skipped");
  });

  test("a table that says only that they warn keeps them", async () => {
    expect(await decide({ accuracy: 0.5 }, "[gates.metrics]\nrequired = false")).toMatchObject({ status: "failed" });
  });

  test("a table without thresholds for a model without such metrics cannot be decided, and is no pass", async () => {
    expect(await decide({ rmse: 1 }, "[gates.metrics]")).toMatchObject({
      status: "failed",
      message: expect.stringContaining("cannot be decided"),
    });
  });
});

describe("without thresholds, where numbers are predicted", () => {
  test("the model has to be better than the mean", async () => {
    expect(await decide({ r2: -2946.7 })).toMatchObject({
      status: "failed",
      message:
        "r2 -2946.7 (at least 0): worse than if every answer were the mean of the labels; gates.metrics sets other limits",
    });
    expect(await decide({ R2_score: 0.4 })).toMatchObject({ status: "passed", message: "r2 0.4 (at least 0)" });
    expect((await decide({ r2: -5, mae: 3 }, "[gates.metrics]\nmae = 5")).status).toBe("passed");
  });
});

describe("a bare number", () => {
  test.each([
    ["mae = 5", { mae: 5 }, "passed"],
    ["mae = 5", { mae: 5.1 }, "failed"],
    ["Log-Loss = 0.4", { logloss: 0.41 }, "failed"],
    ["neg_log_loss = -0.4", { neg_log_loss: -0.3 }, "passed"],
    ["neg_log_loss = -0.4", { neg_log_loss: -0.5 }, "failed"],
    ["neg_log_loss = -0.4", { log_loss: 0.5 }, "failed"],
    ["perplexity = 20", { perplexity: 25 }, "failed"],
    ["r2 = 0.4", { r2: 0.3 }, "failed"],
  ])("%s is the worst that passes: %j has %s", async (limit, metrics, status) => {
    expect((await decide(metrics, `[gates.metrics]\n${limit}`)).status).toBe(status);
  });
});

describe("where there are quantiles", () => {
  const quantiles = { task: "regression", rows: 200, quantiles: [0.1, 0.5, 0.9] } as const;
  const of = (coverage: number, crossing: number, toml: string) => {
    const computed = {
      ...{ pinball: { value: 2 }, coverage: { value: coverage, interval: { low: 0.6, high: 0.9 } } },
      ...{ coverage_error: { value: Math.abs(coverage - 0.8) }, quantile_crossing: { value: crossing } },
    };
    const predictions = predictionResults({ ...quantiles, candidate: { metrics: computed } });
    return decisionOf(
      metricsGate,
      { metrics: { ...modelMetrics({}, computed), predictions } },
      `[gates.metrics]\n${toml}`,
    );
  };

  test("the share of labels between them is read beside what they promise", async () => {
    expect(await of(0.7, 0, "coverage = { min = 0.75, max = 0.85 }\npinball = 3")).toMatchObject({
      status: "failed",
      message:
        "coverage 0.7 [0.6, 0.9] (at least 0.75, at most 0.85); 0.8 of the labels should be between the quantiles 0.1 and 0.9",
    });
    expect((await of(0.7, 0, "coverage_error = 0.05")).status).toBe("failed");
    expect((await of(0.76, 0, "coverage_error = 0.05")).status).toBe("passed");
    expect((await of(0.76, 0, "pinball = 1.9")).message).toBe("pinball 2 (at most 1.9)");
  });

  test("a coverage has two sides", async () => {
    expect(() => of(0.8, 0, "coverage = 0.8")).toThrow("expected { min = 0.8 } or { max = 0.8 }");
  });

  test("those that cross are told, and may be limited", async () => {
    const told = "a quantile is below a lower one in 3.5 % of 200 rows (gates.metrics.quantile_crossing limits it)";
    expect((await of(0.8, 0.035, "pinball = 3")).message).toContain(told);
    expect((await of(0.8, 0, "pinball = 3")).message).not.toContain("below a lower one");
    expect((await of(0.8, 0.035, "quantile_crossing = 0.01")).status).toBe("failed");
  });

  test("and where there are none, what they are called is told", async () => {
    expect((await decide({ mae: 1 }, "[gates.metrics]\npinball = 3")).message).toContain(
      "pinball is not among the measured metrics: it needs a column of a quantile, such as prediction_q90 (predictions.quantiles)",
    );
    expect((await decide({ mae: 1 }, "[gates.metrics]\ncoverage_error = 0.1")).message).toContain(
      "it needs columns of two quantiles",
    );
    // A coverage of another thing is no claim about quantiles.
    expect((await decide({ mae: 1, coverage: 87 }, "[gates.metrics]\nmae = 3")).status).toBe("passed");
  });
});

describe("where rows are ranked", () => {
  const of = (toml: string) => {
    const computed = { r2: { value: -3 }, ndcg: { value: 0.8 }, "ndcg@10": { value: 0.7 } };
    const ranking = { groups: 1200, withoutRelevant: 30 };
    const predictions = predictionResults({ task: "regression", ranking, candidate: { metrics: computed } });
    return decisionOf(metricsGate, { metrics: { ...modelMetrics({}, computed), predictions } }, toml);
  };

  test("scores need not be near the labels", async () => expect((await of("")).status).toBe("skipped"));

  test("rankings have limits, and groups that say nothing are told", async () => {
    const told = "30 groups of 1,200 without a relevant row (label over 0) left out of the metrics of rankings";
    expect(await of("[gates.metrics]\nndcg_at_10 = 0.65")).toMatchObject({
      status: "passed",
      message: expect.stringContaining(told),
    });
    expect((await of('[gates.metrics]\n"ndcg@10" = 0.75')).message).toContain("ndcg@10 0.7 (at least 0.75)");
    expect((await decide({ mae: 1 }, "[gates.metrics]\nmrr = 0.5")).message).toContain(
      "mrr is not among the measured metrics: it needs the column that rows are ranked within (predictions.group)",
    );
    // A mean of average precisions over boxes in images is another number.
    expect((await decide({ accuracy: 0.9, mAP: 45.3 }, "[gates.metrics]\nmap = 40")).status).toBe("passed");
  });
});

describe("with thresholds", () => {
  const LIMITS = "[gates.metrics]\naccuracy = 0.9\nlog_loss = { max = 0.4 }\nbias = { min = -0.1, max = 0.1 }";
  const good = { accuracy: 0.9, log_loss: 0.4, bias: -0.1 };

  test("the limits themselves are inside", async () => {
    expect((await decide(good, LIMITS)).status).toBe("passed");
    expect((await decide({ ...good, bias: 0.1 }, LIMITS)).status).toBe("passed");
  });

  test.each([
    [{ accuracy: 0.8999999 }, "accuracy 0.8999999 (at least 0.9)"],
    [{ log_loss: 0.40001 }, "log_loss 0.40001 (at most 0.4)"],
    [{ bias: -0.2 }, "bias -0.2 (at least -0.1, at most 0.1)"],
    [{ bias: 0.2 }, "bias 0.2 (at least -0.1, at most 0.1)"],
  ])("just outside is shown unrounded, and alone: %j", async (change, message) => {
    expect(await decide({ ...good, ...change }, LIMITS)).toMatchObject({ status: "failed", message });
  });

  test("all broken ones are shown", async () => {
    expect((await decide({ accuracy: 0, log_loss: 1, bias: 0 }, LIMITS)).message).toBe(
      "accuracy 0 (at least 0.9); log_loss 1 (at most 0.4)",
    );
  });

  test("a metric that was not measured fails, also one that every object has", async () => {
    const text = "is not among the measured metrics";
    expect(await decide({}, LIMITS)).toMatchObject({
      status: "failed",
      message: expect.stringContaining(`bias ${text}`),
    });
    expect(await decide({ accuracy: 1 }, "[gates.metrics]\nconstructor = { min = 0.5 }")).toEqual({
      status: "failed",
      message: `constructor ${text}`,
      checks: [
        { what: "constructor", limit: { min: 0.5 }, outcome: "missing", reason: { code: "metric-not-measured" } },
      ],
    });
  });

  test("metrics without a threshold are not judged", async () => {
    expect((await decide({ ...good, f1: 0.1 }, LIMITS)).status).toBe("passed");
  });
});

describe("metrics.json against the predictions", () => {
  const computed = { accuracy: { value: 0.8722, interval: { low: 0.867, high: 0.877 } }, roc_auc: { value: 0.9276 } };
  const claim = (claimed: Record<string, number>, toml = "") =>
    decisionOf(metricsGate, { metrics: modelMetrics(claimed, computed) }, toml);

  test("a claim that differs fails the gate, also under an alias", async () => {
    expect(await claim({ accuracy: 0.95 })).toMatchObject({
      status: "failed",
      message: "metrics.json of src.evaluate claims accuracy 0.95; its predictions give 0.8722 (tolerance 0.001)",
    });
    expect((await claim({ AUC: 0.99 })).message).toContain("claims AUC 0.99; its predictions give 0.9276");
  });

  test("rounding is no false claim, and a metric that cannot be computed is used as claimed", async () => {
    expect((await claim({ accuracy: 0.872, auc: 0.928 })).status).toBe("passed");
    expect((await claim({ bleu: 0.4 }, "[gates.metrics]\nbleu = 0.3")).status).toBe("passed");
  });

  test("the tolerance is the project's", async () => {
    expect((await claim({ accuracy: 0.88 }, "[gates.metrics]\nclaim-tolerance = 0.01\naccuracy = 0.8")).status).toBe(
      "passed",
    );
  });

  test("thresholds apply to the computed metrics, not to the claims", async () => {
    const lying = await claim({ accuracy: 0.9 }, "[gates.metrics]\naccuracy = 0.89");
    expect(lying.message).toBe(
      "accuracy 0.8722 [0.867, 0.877] (at least 0.89); metrics.json of src.evaluate claims accuracy 0.9; its predictions give 0.8722 (tolerance 0.001)",
    );
    expect(lying.checks).toMatchObject([
      { what: "accuracy", value: 0.8722, outcome: "broken" },
      { what: "accuracy", value: 0.9, outcome: "broken", reason: { code: "false-claim", computed: 0.8722 } },
    ]);
  });
});

describe("what the predictions say beside the numbers", () => {
  const classifier = (area: number) => ({
    ...modelMetrics({}, { accuracy: { value: 0.9 }, roc_auc: { value: area }, "f1[no]": { value: 0.93 } }),
    predictions: predictionResults(),
  });
  const found = (metrics: ModelMetrics) => decisionOf(metricsGate, { metrics }, "[gates.metrics]\naccuracy = 0.5");

  test("scores below chance are told to be about the other class", async () => {
    expect(await found(classifier(0.26))).toMatchObject({
      status: "passed",
      message:
        'accuracy 0.9 (at least 0.5); roc_auc 0.26 is below 0.5: the scores seem to be about "no", and the positive class is "yes" (evaluation.positive)',
    });
    expect((await found(classifier(0.5))).message).toBe("accuracy 0.9 (at least 0.5)");
  });

  test("a claim about the other class says so", async () => {
    const text = 'the claim is that of class "no", which evaluation.positive does not name';
    const computed = { ...classifier(0.26).computed, f1: { value: 0.4 } };
    for (const claimed of [{ f1: 0.93 }, { auc: 0.74 }] as Record<string, number>[]) {
      expect((await found({ ...classifier(0.26), computed, claimed })).message).toContain(text);
    }
    expect((await found({ ...classifier(0.26), computed, claimed: { f1: 0.8 } })).message).not.toContain(text);
  });

  test("a negated claim is held against the predictions", async () => {
    const computed = { accuracy: { value: 0.9 }, log_loss: { value: 0.3 } };
    expect((await found(modelMetrics({ neg_log_loss: -0.3 }, computed))).status).toBe("passed");
    expect((await found(modelMetrics({ neg_log_loss: 0.3 }, computed))).message).toContain(
      "claims neg_log_loss 0.3; its predictions give -0.3",
    );
  });

  test("whole numbers: how they were taken, where that is not plain", async () => {
    const of = (task: "classification" | "regression", guessedLabels: number, value: number) =>
      decisionOf(metricsGate, {
        metrics: {
          ...modelMetrics({}, task === "regression" ? { r2: { value } } : { accuracy: { value } }),
          predictions: predictionResults({ task, guessedLabels }),
        },
      });
    const told = "evaluation.task";
    expect((await of("regression", 150, 0.9)).message).toContain('evaluation.task = "classification"');
    expect((await of("classification", 40, 0.9)).message).toContain('evaluation.task = "regression"');
    expect((await of("classification", 5, 0.9)).message).not.toContain(told);
    expect((await of("classification", 5, 0.2)).message).toContain(told);
    expect((await of("classification", 2, 0.2)).message).not.toContain(told);
  });

  test("a relative error is undefined where a label is zero, whatever is claimed", async () => {
    const predictions = predictionResults({ task: "regression", zeroLabels: 3 });
    const metrics = { ...modelMetrics({ mape: 0.05 }, { mae: { value: 2 } }), predictions };
    expect(await decisionOf(metricsGate, { metrics }, "[gates.metrics]\nmape = 0.1")).toMatchObject({
      status: "failed",
      message:
        "mape is undefined, since the label is 0 in 3 rows: no error is a share of nothing (mae and rmse are defined)",
    });
  });

  test("a claim that no model can have is refused", async () => {
    expect(await decide({ accuracy: 87.2 }, "[gates.metrics]\naccuracy = 0.85")).toMatchObject({
      status: "failed",
      message:
        "metrics.json of src.evaluate claims accuracy 87.2, which can only be at least 0, at most 1; is it in percent?",
    });
    expect((await decide({ rmse: -1 }, "[gates.metrics]\nrmse = 3")).message).toContain("can only be at least 0");
  });
});

test("rows that count by a column are told with what they are worth", async () => {
  const weight = { column: "w", effectiveRows: 411.8 };
  const predictions = predictionResults({ rows: 1000, weight, candidate: { metrics: { accuracy: { value: 0.9 } } } });
  const metrics = { ...modelMetrics({ accuracy: 0.9 }), predictions };
  const told = await decisionOf(metricsGate, { metrics }, "[gates.metrics]\naccuracy = 0.8");
  expect(told.status).toBe("passed");
  expect(told.message).toContain("1,000 rows count by w (predictions.weight), and say as much as 412 that count alike");
});
