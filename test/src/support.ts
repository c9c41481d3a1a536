import type { CommandResult, CommandsResult } from "../../src/containers/commands.ts";
import { loadConfig } from "../../src/context/load.ts";
import type { Config } from "../../src/context/schema.ts";
import type { Decision, Gate } from "../../src/gates/gate.ts";
import { runGate } from "../../src/gates/gates.ts";
import { excusablyMissing, missing, present } from "../../src/measurements/measured.ts";
import type { Measure, Measurements } from "../../src/measurements/measurements.ts";
import type { ModelMetrics } from "../../src/measurements/model-metrics.ts";
import type { PredictionResults } from "../../src/measurements/predictions/results.ts";
import type { PredictionSummary } from "../../src/measurements/predictions/summary.ts";
import { COMPARISON, PIPELINE } from "../../src/pipeline.ts";
import type { Report } from "../../src/report/report.ts";
import type { StageReport } from "../../src/stages/stage.ts";

/** The configuration that a text of ml-pipeline.toml gives. */
export const configOf = (toml: string): Config => loadConfig({ mlPipeline: toml });

/** The message of what a call throws; fails when it throws nothing, or something that is not a user's mistake. */
export function userError(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Error && error.name === "UserError") return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** A passed stage, in the step that the pipeline has it in. */
export const stageReport = (name: string, changes: Partial<StageReport> = {}): StageReport => ({
  name,
  step: [...PIPELINE, ...COMPARISON].find((stage) => stage.name === name)?.step ?? "Check",
  status: "passed",
  message: `${name} is well`,
  output: "",
  seconds: 1.25,
  cached: false,
  commands: [],
  ...changes,
});

export const commandResult = (changes: Partial<CommandResult> = {}): CommandResult => ({
  name: "train",
  command: "python -m src.train",
  exitCode: 0,
  seconds: 1,
  peakMemoryBytes: 0,
  tail: "",
  ...changes,
});

export const commandsResult = (...commands: CommandResult[]): CommandsResult => ({
  commands,
  ok: commands.every((command) => command.exitCode === 0),
  cached: false,
  hashes: {},
  container: {} as CommandsResult["container"],
  results: {} as CommandsResult["results"],
  asked: [],
  left: {} as CommandsResult["left"],
});

export const predictionSummary = (changes: Partial<PredictionSummary> = {}): PredictionSummary => ({
  file: "predictions.csv",
  task: "classification",
  rows: 100,
  columns: ["label", "prediction", "score"],
  missing: { label: 0, prediction: 0, score: 0 },
  numeric: { label: 0, prediction: 0, score: 100 },
  nonfinite: { label: 0, prediction: 0, score: 0 },
  extent: { score: { low: 0, high: 1 } },
  answers: [
    { answer: "no", rows: 70 },
    { answer: "yes", rows: 30 },
  ],
  labels: [
    { answer: "no", rows: 60 },
    { answer: "yes", rows: 40 },
  ],
  moreAnswers: false,
  ...changes,
});

/** Results of the predictions of a classifier of no and yes. */
export const predictionResults = (changes: Partial<PredictionResults> = {}): PredictionResults => ({
  task: "classification",
  rows: 100,
  classes: ["no", "yes"],
  positive: "yes",
  confidence: 0.95,
  resamples: 1000,
  candidate: { metrics: {} },
  slices: [],
  fairness: [],
  absentColumns: [],
  ...changes,
});

/** Metrics as a model's metrics.json claims them, and as computed from its predictions. */
export const modelMetrics = (
  claimed: Readonly<Record<string, number>>,
  computed: ModelMetrics["computed"] = {},
): ModelMetrics => ({ claimed, computed, claimedBy: "src.evaluate" });

/** Measurements for gates: those that are not given are missing, a comparison excusably. */
export function measureOf(given: Partial<Measurements>): Measure {
  const take = <Name extends keyof Measurements>(name: Name) => {
    const value: Measurements[Name] | undefined = given[name];
    const absent =
      name === "comparison" ? excusablyMissing("no baseline was given (--baseline)") : missing(`no ${name}`);
    return () => Promise.resolve(value === undefined ? absent : present(value));
  };
  return {
    summary: take("summary"),
    metrics: take("metrics"),
    comparison: take("comparison"),
    predictions: take("predictions"),
    worstSlices: take("worstSlices"),
    leaks: () => Promise.resolve(present(given.leaks ?? { unmeasured: "no leaks" })),
    rows: take("rows"),
    load: take("load"),
    served: take("served"),
    cases: take("cases"),
    shadow: take("shadow"),
    doubtfulRows: take("doubtfulRows"),
    external: take("external"),
  };
}

/** One gate's decision about measurements, configured by the text of an ml-pipeline.toml. */
export const decisionOf = (gate: Gate, given: Partial<Measurements>, toml = ""): Promise<Decision> =>
  runGate(gate, measureOf(given), configOf(toml).gates);

export const report = (changes: Partial<Report> = {}): Report => ({
  schemaVersion: 2,
  verdict: "passed",
  startedAt: "2026-01-02T03:04:05.000Z",
  seconds: 12.5,
  image: { id: "sha256:0123" },
  hashes: { source: "sha256:a", data: "sha256:b", model: "sha256:c", trainingInputs: "sha256:d" },
  stages: [stageReport("lint"), stageReport("train")],
  gates: [],
  metrics: {},
  tests: [],
  environment: { python: "3.11", image: "python:3.11-slim@sha256:e", tools: {} },
  config: configOf(""),
  ...changes,
});
