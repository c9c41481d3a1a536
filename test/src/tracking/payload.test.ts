import { describe, expect, test } from "vitest";
import type { Report } from "../../../src/report/report.ts";
import { candidateRun, loggedRun } from "../../../src/tracking/payload.ts";
import { trackedReport } from "../../../src/tracking/tracked-report.ts";
import { report, stageReport } from "../support.ts";

const around = (value: number) => ({ low: value - 0.1, high: value + 0.1 });
const reported: Report = report({
  runId: "42",
  project: { name: "census", commit: "0123456789abcdef", branch: "main" },
  hashes: { source: "sha256:s", data: `sha256:${"d".repeat(64)}`, model: "sha256:m", trainingInputs: "sha256:t" },
  training: { epochs: 3, device: "cpu", reused: false },
  metrics: {
    candidate: { accuracy: 0.9, "recall[yes]": 0.8, custom: 7 },
    baseline: { accuracy: 0.8 },
    intervals: { candidate: { accuracy: around(0.9) }, baseline: {} },
    differences: { accuracy: { value: 0.1, interval: around(0.1) } },
  },
  stages: [stageReport("train", { seconds: 2 }), stageReport("publish", { status: "skipped" })],
  gates: [{ id: "metrics", status: "passed", required: true, message: "accuracy 0.9", checks: [] }],
  environment: { python: "3.11", image: "python@sha256:e", tools: { ruff: "1" } },
});

describe("what is logged of a run", () => {
  const run = loggedRun(reported, [{ name: "loss", value: 0.5, step: 3 }]);

  test("is the run, its end and its verdict", () => {
    expect(run).toMatchObject({ name: "42", status: "FINISHED" });
    expect(run.started).toBe(Date.parse(reported.startedAt));
    expect(run.ended).toBe(run.started + 12_500);
    expect(loggedRun({ ...reported, verdict: "failed" }, []).status).toBe("FAILED");
  });

  test("are parameters of the configuration, epochs and hashes", () => {
    expect(run.params).toMatchObject({ epochs: "3", "hash.source": "sha256:s", "tracking.promote": "delivered" });
    const long = loggedRun({ ...reported, config: { note: "x".repeat(7000) } }, []);
    expect(long.params.note).toHaveLength(6000);
  });

  test("are metrics with the ends of their intervals, the baseline's and the differences", () => {
    const values = Object.fromEntries(run.metrics.map(({ key, value, step }) => [`${key}@${step}`, value]));
    expect(values).toMatchObject({
      "accuracy@0": 0.9,
      "accuracy.low@0": 0.8,
      "accuracy.high@0": 1,
      "baseline/accuracy@0": 0.8,
      "difference/accuracy@0": 0.1,
      "recall/yes@0": 0.8,
      "seconds/train@0": 2,
      "loss@3": 0.5,
    });
    expect(Object.keys(values)).not.toContain("seconds/publish@0");
    expect(run.metrics.filter(({ key }) => key === "seconds").map(({ ofModel }) => ofModel)).toEqual([false]);
  });

  test("are numbers alone, and curves apart from what the evaluation found", () => {
    const odd = { ...reported, metrics: { candidate: { accuracy: 0.5, worst: Number.NaN } } };
    const { metrics } = loggedRun(odd, [{ name: "accuracy", value: 0.1, step: 0 }]);
    expect(metrics.map(({ key }) => key)).not.toContain("worst");
    expect(metrics.filter(({ key }) => /accuracy$/.test(key)).map(({ key, value }) => [key, value])).toEqual([
      ["accuracy", 0.5],
      ["training/accuracy", 0.1],
    ]);
  });

  test("are tags of the checkout, the verdict and the gates", () => {
    expect(run.tags).toMatchObject({
      "mlflow.source.git.commit": "0123456789abcdef",
      "ml-pipeline.verdict": "passed",
      "ml-pipeline.gate.metrics": "passed",
      "ml-pipeline.tool.ruff": "1",
    });
    for (const value of Object.values(run.tags)) expect(value.length).toBeLessThanOrEqual(5000);
  });

  test("are the data by their hash", () => {
    expect(run.datasets).toMatchObject([{ name: "census", digest: "d".repeat(32), context: "training" }]);
  });

  test("has the same key before its gates decide, and says nothing of a verdict then", () => {
    const { startedAt, runId, project, hashes, config } = reported;
    const candidate = candidateRun({ startedAt, runId, project, hashes, config });
    expect(candidate.key).toBe(run.key);
    expect(candidate).toMatchObject({ status: "RUNNING", ended: null, metrics: [] });
    expect(Object.keys(candidate.tags)).not.toContain("ml-pipeline.verdict");
    // A parameter cannot be changed afterwards.
    expect(run.params).toMatchObject(candidate.params);
  });

  test("is in every report that was written", () => {
    expect(trackedReport.parse(JSON.parse(JSON.stringify(reported)))).toMatchObject({ runId: "42" });
  });
});
