import type { CommandResult, CommandsResult } from "../../src/commands/run.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Measurements } from "../../src/gates/gate.ts";
import type { PredictionSummary } from "../../src/gates/measurements/predictions.ts";
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

export const stageReport = (name: string, changes: Partial<StageReport> = {}): StageReport => ({
  name,
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
});

export const predictions = (changes: Partial<PredictionSummary> = {}): PredictionSummary => ({
  file: "predictions.csv",
  rows: 100,
  columns: ["label", "prediction", "score"],
  missing: { label: 0, prediction: 0, score: 0 },
  nonfinite: { label: 0, prediction: 0, score: 0 },
  answers: [
    { answer: "no", rows: 70 },
    { answer: "yes", rows: 30 },
  ],
  ...changes,
});

/** What the gates get: metrics of the candidate, and of the baseline where there is one. */
export const measured = (
  candidate: Record<string, number>,
  baseline?: Record<string, number>,
  summary?: PredictionSummary,
): Measurements => ({
  candidate: {
    metrics: candidate,
    measuredBy: "src.evaluate",
    ...(summary === undefined ? {} : { predictions: summary }),
  },
  baseline: baseline === undefined ? undefined : { metrics: baseline, measuredBy: "src.evaluate" },
});

export const report = (changes: Partial<Report> = {}): Report => ({
  schemaVersion: 1,
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
