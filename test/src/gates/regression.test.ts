import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { regressionGate } from "../../../src/gates/regression.ts";
import { configOf, measured } from "../support.ts";

const decide = (candidate: Record<string, number>, baseline?: Record<string, number>, toml = "") =>
  regressionGate.decide(measured(candidate, baseline), configOf(toml).gates);
const of = (metric: string, more = "") => `[gates.regression]\nmetric = "${metric}"\n${more}`;

describe("more is better", () => {
  test.each([
    [0.9, 0.9, "passed"],
    [0.95, 0.9, "passed"],
    [0.891, 0.9, "passed"],
    [0.8909, 0.9, "failed"],
    [0, 0, "passed"],
    [-0.001, 0, "failed"],
    [-0.505, -0.5, "passed"],
    [-0.506, -0.5, "failed"],
  ])("%d beside %d has %s", (ours, theirs, status) => {
    expect(decide({ accuracy: ours }, { accuracy: theirs }).status).toBe(status);
  });

  test("the message has all numbers, a failing one unrounded", () => {
    expect(decide({ accuracy: 0.88123456 }, { accuracy: 0.9 })).toEqual({
      status: "failed",
      message: "accuracy 0.88123456 (baseline 0.9, at least 0.891)",
      numbers: { candidate: 0.88123456, baseline: 0.9, limit: 0.891 },
    });
  });
});

describe("less is better", () => {
  test.each([
    [1.01, 1, "passed"],
    [1.0101, 1, "failed"],
    [0.5, 1, "passed"],
    [-0.99, -1, "passed"],
    [-0.98, -1, "failed"],
  ])("%d beside %d has %s", (ours, theirs, status) => {
    expect(decide({ rmse: ours }, { rmse: theirs }, of("rmse")).status).toBe(status);
  });

  test("the configuration has the last word", () => {
    expect(decide({ rmse: 2 }, { rmse: 1 }, of("rmse", "lower-is-better = false")).status).toBe("passed");
    expect(decide({ x: 2 }, { x: 1 }, of("x", "lower-is-better = true"))).toMatchObject({
      status: "failed",
      message: "x 2 (baseline 1, at most 1.01)",
    });
  });

  test("a loss that scikit-learn turned around is better when it is more", () => {
    expect(decide({ neg_log_loss: -0.3 }, { neg_log_loss: -0.5 }, of("neg_log_loss")).status).toBe("passed");
    expect(decide({ neg_log_loss: -0.7 }, { neg_log_loss: -0.5 }, of("neg_log_loss")).status).toBe("failed");
  });
});

describe("what is missing", () => {
  test("no baseline is nothing to decide, configured or not", () => {
    expect(decide({ accuracy: 1 })).toEqual({ status: "skipped", message: "no baseline was given (--baseline)" });
    expect(decide({ accuracy: 1 }, undefined, of("accuracy")).status).toBe("skipped");
  });

  test("a metric that one of both lacks: skipped by default, failed where it is configured", () => {
    expect(decide({ f1: 1 }, { accuracy: 1 })).toMatchObject({ status: "skipped" });
    expect(decide({ f1: 1 }, { f1: 1 }, of("auc"))).toMatchObject({
      status: "failed",
      message: "cannot be decided: the candidate has no metric auc",
    });
    expect(decide({ auc: 1 }, { f1: 1 }, of("auc")).message).toContain("the baseline has no metric auc");
    expect(decide({}, {}, of("constructor")).status).toBe("failed");
  });
});

test("being as good or better never fails, being worse by more than the tolerance always does", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      value,
      value,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (ours, theirs, tolerance, lower) => {
        const toml = of("m", `tolerance = ${tolerance.toFixed(20)}\nlower-is-better = ${lower}`);
        const used = Number(tolerance.toFixed(20));
        const loss = lower ? ours - theirs : theirs - ours;
        const slack = used * Math.abs(theirs);
        const { status } = decide({ m: ours }, { m: theirs }, toml);
        if (loss <= 0) expect(status).toBe("passed");
        if (loss > slack * (1 + 1e-9) + 1e-9) expect(status).toBe("failed");
      },
    ),
  );
});
