import { describe, expect, test } from "vitest";
import { metricsGate } from "../../../src/gates/metrics.ts";
import { configOf, measured } from "../support.ts";

const decide = (metrics: Record<string, number>, toml = "") =>
  metricsGate.decide(measured(metrics), configOf(toml).gates);

describe("without thresholds of its own", () => {
  test("accuracy and F1 have the defaults", () => {
    expect(decide({ accuracy: 0.85, f1: 0.8 })).toEqual({
      status: "passed",
      message: "accuracy 0.85 (at least 0.85); f1 0.8 (at least 0.8)",
      numbers: { accuracy: 0.85, f1: 0.8 },
    });
    expect(decide({ accuracy: 0.9, f1: 0.79 }).status).toBe("failed");
  });

  test("only those that are measured, and none is nothing to decide", () => {
    expect(decide({ f1: 0.9, rmse: 9 })).toMatchObject({ status: "passed", message: "f1 0.9 (at least 0.8)" });
    expect(decide({ rmse: 9 }).status).toBe("skipped");
  });

  test("a table that says only that they warn keeps them", () => {
    expect(decide({ accuracy: 0.5 }, "[gates.metrics]\nrequired = false")).toMatchObject({ status: "failed" });
  });

  test("a table without thresholds for a model without such metrics cannot be decided, and is no pass", () => {
    expect(decide({ rmse: 1 }, "[gates.metrics]")).toMatchObject({
      status: "failed",
      message: expect.stringContaining("cannot be decided"),
    });
  });
});

describe("with thresholds", () => {
  const LIMITS = "[gates.metrics]\naccuracy = 0.9\nlog_loss = { max = 0.4 }\nbias = { min = -0.1, max = 0.1 }";
  const good = { accuracy: 0.9, log_loss: 0.4, bias: -0.1 };

  test("the limits themselves are inside", () => {
    expect(decide(good, LIMITS).status).toBe("passed");
    expect(decide({ ...good, bias: 0.1 }, LIMITS).status).toBe("passed");
  });

  test.each([
    [{ accuracy: 0.8999999 }, "accuracy 0.8999999 (at least 0.9)"],
    [{ log_loss: 0.40001 }, "log_loss 0.40001 (at most 0.4)"],
    [{ bias: -0.2 }, "bias -0.2 (at least -0.1, at most 0.1)"],
    [{ bias: 0.2 }, "bias 0.2 (at least -0.1, at most 0.1)"],
  ])("just outside is told unrounded, and alone: %j", (change, message) => {
    expect(decide({ ...good, ...change }, LIMITS)).toMatchObject({ status: "failed", message });
  });

  test("all broken ones are told", () => {
    expect(decide({ accuracy: 0, log_loss: 1, bias: 0 }, LIMITS).message).toBe(
      "accuracy 0 (at least 0.9); log_loss 1 (at most 0.4)",
    );
  });

  test("a metric that was not measured fails, also one that every object has", () => {
    const text = "is not among the measured metrics";
    expect(decide({}, LIMITS)).toMatchObject({ status: "failed", message: expect.stringContaining(`bias ${text}`) });
    expect(decide({ accuracy: 1 }, "[gates.metrics]\nconstructor = 0.5")).toEqual({
      status: "failed",
      message: `constructor ${text}`,
      numbers: {},
    });
  });

  test("metrics without a threshold are not judged", () => {
    expect(decide({ ...good, f1: 0.1 }, LIMITS).status).toBe("passed");
  });
});
