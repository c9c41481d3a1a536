import { describe, expect, test } from "vitest";
import type { GateResult } from "../../../src/gates/gate.ts";
import type { Report } from "../../../src/report/report.ts";
import { headline } from "../../../src/report/verdict.ts";
import { configOf, report, stageReport } from "../support.ts";
import { brokenRun, failedRun, gate, passedRun } from "./runs.ts";

const CONFIG = `
[gates.metrics]
accuracy = 0.9
log_loss = { max = 0.3 }
[gates.slices]
columns = ["sex"]
min-accuracy = 0.8
[gates.latency]
[gates.failure-modes]
[gates.shadow]
[gates.suspicious-gain]
`;

/** The headline of a run that a gate stopped. */
const stopped = (
  id: string,
  numbers: GateResult["numbers"],
  changes: Partial<GateResult> = {},
  more: Partial<Report> = {},
) =>
  headline(
    report({
      verdict: "failed",
      failure: { stage: "gates", message: "x", gate: id },
      config: configOf(CONFIG),
      gates: [gate(id, { status: "failed", message: "why", numbers, ...changes })],
      ...more,
    }),
  );

describe("the headline", () => {
  test("of a run that passed has the metric that the regression gate is about", () => {
    expect(headline(passedRun())).toEqual({
      title: "Passed",
      tone: "passed",
      message: "7 gates passed; 2 warnings (slices, failure-modes); 60 tests passed; the image is published",
      deciding: {
        figure: "0.8726",
        name: "accuracy",
        against: ["95 % interval [0.8658, 0.8794]", "at least 0.84", "baseline 0.8702"],
      },
    });
    expect(headline(report())).toMatchObject({ title: "Passed", message: "the image is built" });
    expect(headline(report()).deciding).toBeUndefined();
  });

  test("of one that a gate stopped has the number and its limit", () => {
    expect(headline(failedRun())).toMatchObject({
      title: "Failed: gate fairness",
      tone: "failed",
      deciding: { figure: "0.3521", name: "sex: disparate impact", against: ["at least 0.8"] },
    });
  });

  test("of tests that failed says how many", () => {
    expect(headline(brokenRun())).toMatchObject({
      title: "Failed: test unit",
      deciding: { figure: "2", name: "of 42 tests failed" },
    });
  });

  test("of a command that was killed says how it ended", () => {
    const failure = { stage: "train", message: "python -m src.train: killed" };
    const commands = [{ name: "train", command: "x", exitCode: 137, seconds: 1, peakMemoryBytes: 0, tail: "" }];
    const stages = [stageReport("train", { status: "failed", commands })];
    expect(headline(report({ verdict: "failed", failure, stages })).deciding).toMatchObject({
      figure: "137",
      name: "exit code of train",
    });
  });

  test("of an inconclusive gate does not say failed", () => {
    expect(stopped("regression", {}, { status: "inconclusive" })).toMatchObject({
      title: "Held back: regression is inconclusive",
      tone: "unsure",
    });
    const gain = { gain: 0.15, limit: 0.1, candidate: 0.99, baseline: 0.84 };
    expect(stopped("suspicious-gain", gain, { status: "inconclusive" })).toMatchObject({
      title: "Held for a person: too good to be true?",
      deciding: { figure: "+0.15", name: "gain in accuracy", against: ["at most 0.1", "0.84 → 0.99"] },
    });
  });

  test("of a project that cannot be read has its reason", () => {
    const failure = { stage: "project", message: "ml-pipeline.toml: data.lable: unknown key" };
    const { config: _config, image: _image, ...rest } = report({ verdict: "failed", failure, stages: [] });
    expect(headline(rest)).toEqual({ title: "Failed: project", tone: "failed", message: failure.message });
    const { failure: _failure, ...bare } = { ...rest, failure };
    expect(headline(bare).title).toBe("Failed: no stage says why");
  });
});

describe("the number that decided", () => {
  test.each<[string, GateResult["numbers"], string, string]>([
    ["metrics", { accuracy: 0.95, log_loss: 0.4 }, "0.4", "log loss"],
    ["metrics", { accuracy: 0.899999, log_loss: 0.2 }, "0.899999", "accuracy"],
    ["regression", { candidate: 0.8, baseline: 0.9, limit: 0.891 }, "0.8", "accuracy"],
    ["latency", { p95: 412.4, perSample: 1, ratioP95: 5 }, "412.4 ms", "95th percentile of one request"],
    ["latency", { p95: 40, perSample: 80 }, "80.0 ms", "a sample of a batch"],
    ["latency", { p95: 90, perSample: 1, ratioP50: 4.9, ratioP95: 5 }, "5.00 ×", "the baseline's latency"],
    ["slices", { groups: 9, broken: 2, worst: 0.71 }, "0.71", "accuracy in the worst group"],
    ["failure-modes", { cases: 15, failing: 2, passRate: 13 / 15 }, "2", "of 15 cases not as expected"],
    ["shadow", { agreement: 0.8 }, "80 %", "of the recorded requests answered as production did"],
  ])("of %s with %j is %s", (id, numbers, figure, name) => {
    expect(stopped(id, numbers).deciding).toMatchObject({ figure, name });
  });

  test.each([
    "schema",
    "metrics",
    "regression",
    "latency",
    "slices",
    "fairness",
    "failure-modes",
    "suspicious-gain",
    "shadow",
    "toString",
  ])("of %s is left out where there is none", (id) => {
    expect(stopped(id, {}).deciding).toBeUndefined();
    const { config: _config, ...bare } = report({
      verdict: "failed",
      failure: { stage: "gates", message: "x", gate: id },
      gates: [gate(id, { status: "failed", message: "why", numbers: { [id]: 1 } })],
    });
    expect(headline(bare)).toEqual({ title: `Failed: gate ${id}`, tone: "failed", message: "why" });
  });
});
