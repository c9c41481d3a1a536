import { describe, expect, test } from "vitest";
import type { GateResult } from "../../../src/gates/result.ts";
import type { Measurements } from "../../../src/measurements/measurements.ts";
import type { ServedLoad } from "../../../src/measurements/serving/load.ts";
import { headline } from "../../../src/report/verdict.ts";
import { configOf, modelMetrics, predictionResults, predictionSummary, report, stageReport } from "../support.ts";
import { brokenRun, censusLoad, censusShadow, failedRun, heldRun, judgedBy, passedRun } from "./runs.ts";

const CONFIG = configOf(`
[gates.metrics]
accuracy = 0.9
log_loss = { max = 0.3 }
[gates.slices]
columns = ["sex"]
metrics = { accuracy = 0.8, f1 = 0.8 }
[gates.latency]
max-memory-mb = 150
[gates.fairness]
columns = ["sex"]
favorable = "yes"
`);

/** The headline of a run that a gate stopped. */
const stoppedBy = (gate: GateResult) =>
  headline(
    report({
      verdict: "failed",
      failure: { stage: "gates", message: "x", gate: gate.id },
      config: CONFIG,
      gates: [gate],
    }),
  );

const measuring = (metrics: Record<string, number>, baseline?: Record<string, number>): Partial<Measurements> => ({
  leaks: { unmeasured: "no columns" },
  metrics: modelMetrics(metrics),
  comparison: { candidate: modelMetrics(metrics), baseline: modelMetrics(baseline ?? {}), confidence: 0.95 },
});

describe("the headline", () => {
  test("of a run that passed has the metric that the regression gate compares", () => {
    expect(headline(passedRun())).toEqual({
      title: "Passed",
      tone: "passed",
      findings: [
        "7 gates passed",
        "2 warnings (slices, failure-modes)",
        "59 tests passed, 1 skipped",
        "the image is published",
      ],
      deciding: {
        figure: "0.8726",
        name: "accuracy",
        against: ["95 % interval [0.8658, 0.8794]", "at least 0.84", "baseline 0.8702"],
      },
    });
    expect(headline(report())).toMatchObject({ title: "Passed", findings: ["the image is built"] });
    expect(headline(report()).deciding).toBeUndefined();
  });

  test("of one in which more than a stage failed names the others, whether a gate or a stage is told", () => {
    const failing = (name: string) => stageReport(name, { status: "failed", message: `${name} is broken` });
    const stages = [failing("lint"), stageReport("train"), failing("test unit"), failing("gates")];
    const failure = { stage: "lint", message: "lint is broken" };
    expect(headline(report({ verdict: "failed", failure, stages }))).toMatchObject({
      title: "Failed: lint",
      findings: ["lint is broken", "failed as well: test unit, gates"],
    });
    const gate = { id: "metrics", status: "failed", required: true, message: "low", checks: [] } as const;
    const found = headline(
      report({ verdict: "failed", failure: { ...failure, gate: "metrics" }, stages, gates: [gate] }),
    );
    expect(found).toMatchObject({
      title: "Failed: gate metrics",
      findings: ["low", "failed as well: lint, test unit"],
    });
  });

  test("of one whose metrics no limit judged says so", () => {
    const gate = { id: "metrics", status: "skipped", required: true, message: "no threshold", checks: [] } as const;
    expect(headline(report({ gates: [gate] })).findings).toContain(
      "no limit judged the model's metrics (gates.metrics)",
    );
  });

  test("names what could not be logged, by the setting that it is about", () => {
    const stages = [stageReport("lint", { status: "warned" }), stageReport("track", { status: "warned" })];
    expect(headline(report({ stages, config: configOf('[stages]\nwarn = ["lint"]') })).findings).toEqual(
      expect.arrayContaining([
        "failed, and only warns (stages.warn): lint",
        "failed, and only warns (tracking.required): track",
      ]),
    );
  });

  test("names the checks that do not decide", () => {
    const config = configOf('[stages]\nwarn = ["lint", "test unit"]\noff = ["test e2e"]');
    const stages = [stageReport("lint", { status: "warned" }), stageReport("test unit")];
    const decides = ["failed, and only warns (stages.warn): lint", "would only warn (stages.warn): test unit"];
    const off = "off (stages.off): test e2e";
    expect(headline(report({ config, stages })).findings.slice(-3)).toEqual([...decides, off]);
    const failure = { stage: "train", message: "x" };
    expect(headline(report({ verdict: "failed", failure, config, stages })).findings).toEqual(["x", ...decides, off]);
  });

  test("of one that a gate stopped has the number and its limit", () => {
    expect(headline(failedRun())).toMatchObject({
      title: "Failed: gate fairness",
      tone: "failed",
      deciding: { figure: "0.3521", name: "sex: disparate impact", against: ["at least 0.8", "baseline 0.9"] },
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
    expect(headline(heldRun())).toEqual({
      title: "Held back: regression is inconclusive",
      tone: "unsure",
      findings: [expect.stringContaining("about 31,000 rows would tell")],
      deciding: {
        figure: "0.8626",
        name: "accuracy",
        against: ["baseline 0.8702", "at least 0.8615", "difference [-0.0112, -0.004]"],
      },
    });
    const gain = judgedBy("suspicious-gain", measuring({ accuracy: 0.99 }, { accuracy: 0.84 }));
    expect(stoppedBy(gain)).toMatchObject({
      title: "Needs approval: too good to be true?",
      tone: "unsure",
      deciding: { figure: "+0.15", name: "gain in accuracy", against: ["at most 0.1", "0.84 → 0.99"] },
    });
  });

  test("of a project that cannot be read has its reason", () => {
    const failure = { stage: "project", message: "ml-pipeline.toml: data.lable: unknown key" };
    const { config: _config, image: _image, ...rest } = report({ verdict: "failed", failure, stages: [] });
    expect(headline(rest)).toEqual({ title: "Failed: project", tone: "failed", findings: [failure.message] });
    const { failure: _failure, ...bare } = { ...rest, failure };
    expect(headline(bare).title).toBe("Failed: no stage says why");
  });
});

describe("the number that decided", () => {
  const served = (changes: Partial<ServedLoad>): ServedLoad => ({ ...censusLoad.candidate, ...changes });
  const { single } = censusLoad.candidate;
  const times = (ratio: number, milliseconds: number) => ({
    ...{ ratio, ratioInterval: { low: ratio - 0.1, high: ratio + 0.1 } },
    ...{ difference: milliseconds, differenceInterval: { low: milliseconds - 1, high: milliseconds + 1 } },
  });
  const load = (changes: Partial<ServedLoad>): Partial<Measurements> => ({ load: { candidate: served(changes) } });
  const cases = (failing: number): Partial<Measurements> => ({
    cases: {
      cases: Array.from({ length: 15 }, (_, index) => ({
        ...{ kind: "edges", name: `line ${index}`, held: index >= failing },
        ...{ instance: "1", expected: "2", given: "3" },
      })),
    },
  });

  test.each<[string, Partial<Measurements>, string, string, string]>([
    ["metrics", measuring({ accuracy: 0.95, log_loss: 0.4 }), "0.4", "log loss", "at most 0.3"],
    ["metrics", measuring({ accuracy: 0.899999, log_loss: 0.2 }), "0.899999", "accuracy", "at least 0.9"],
    ["regression", measuring({ accuracy: 0.8 }, { accuracy: 0.9 }), "0.8", "accuracy", "at least 0.891"],
    [
      "latency",
      load({ single: { ...single, p95: 412.4 } }),
      "412.4 ms",
      "95th percentile of one request",
      "at most 100 ms",
    ],
    [
      "latency",
      load({ batch: { ...single, size: 32, perSample: 80 } }),
      "80.0 ms",
      "a sample of a batch",
      "at most 50 ms",
    ],
    [
      "latency",
      {
        load: {
          ...censusLoad,
          candidate: served({ peakMemoryBytes: 1 }),
          comparison: { p50: times(1, 0), p95: times(5, 60) },
        },
      },
      "5.00 ×",
      "the baseline's 95th percentile",
      "at most 1.25 ×",
    ],
    ["failure-modes", cases(2), "2", "of 15 cases not as expected", "at least 100 % must hold"],
    [
      "shadow",
      {
        shadow: {
          ...{ ...censusShadow, agreed: 400 },
          agreement: { value: 0.8, interval: { low: 0.76, high: 0.83 } },
        },
      },
      "80 %",
      "of the recorded requests answered as production did",
      "at least 95 %",
    ],
    [
      "shadow",
      { shadow: { ...censusShadow, errors: { candidate: 25, production: 0, examples: [] } } },
      "5 %",
      "of the recorded requests not answered (25 requests)",
      "at most 0 %",
    ],
    ["schema", { summary: predictionSummary({ missing: { label: 3 } }) }, "3", "of 100 rows: label is empty", ""],
  ])("of %s, %#", (id, measured, figure, name, limit) => {
    const { deciding } = stoppedBy(judgedBy(id, measured, CONFIG));
    expect(deciding).toMatchObject({ figure, name });
    expect(deciding?.against.join()).toContain(limit);
  });

  test("of latency that fails on memory is the memory, however slow the answers are within their limits", () => {
    const slow = { ...censusLoad.comparison?.p50, ...times(3, 1.5) };
    const gate = judgedBy("latency", { load: { ...censusLoad, comparison: { p50: slow, p95: slow } } }, CONFIG);
    expect(stoppedBy(gate).deciding).toEqual({ figure: "187 MB", name: "memory", against: ["at most 150 MB"] });
    expect(gate.message).toBe("187 MB of memory (at most 150)");
  });

  test("of slices that fail on F1 is F1, with the group and its limit, though accuracy is nearest to its own", () => {
    const group = (value: string, accuracy: number, f1: number) => ({
      ...{ values: [value], rows: 200, candidate: { accuracy: { value: accuracy }, f1: { value: f1 } } },
    });
    const groups = [group("Male", 0.8001, 0.9), group("Female", 0.8, 0.71)];
    const slices = [{ columns: ["sex"], groups, tooSmall: [], unlisted: 0 }];
    const gate = judgedBy("slices", { predictions: predictionResults({ slices }) }, CONFIG);
    expect(stoppedBy(gate).deciding).toEqual({
      figure: "0.71",
      name: "f1 of sex=Female",
      against: ["at least 0.8", "1 of 2 groups beyond"],
    });
  });

  test("of metrics.json that claims too much is the claim, beside the computed value", () => {
    const metrics = modelMetrics({ accuracy: 0.99 }, { accuracy: { value: 0.92 } });
    expect(stoppedBy(judgedBy("metrics", { metrics }, configOf(""))).deciding).toEqual({
      figure: "0.99",
      name: "accuracy as metrics.json claims it",
      against: ["computed 0.92", "tolerance 0.001"],
    });
  });

  test.each<[string, Partial<Measurements>]>([
    ["metrics", measuring({})],
    ["regression", measuring({})],
    ["slices", { predictions: predictionResults({ absentColumns: ["sex"] }) }],
    ["fairness", { predictions: predictionResults() }],
  ])("of %s is left out where there is none", (id, measured) => {
    const gate = judgedBy(id, measured, CONFIG);
    expect(gate.status).toBe("failed");
    expect(stoppedBy(gate)).toEqual({
      title: `Failed: gate ${id}`,
      tone: "failed",
      findings: gate.message.split("; "),
    });
  });
});
