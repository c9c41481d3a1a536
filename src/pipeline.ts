import { buildImage } from "./stages/build-image.ts";
import { compareWindow } from "./stages/compare-window.ts";
import { decide } from "./stages/decide.ts";
import type { AnyStage, RunInputs } from "./stages/definition.ts";
import { drift } from "./stages/drift.ts";
import { evaluateBaseline, evaluateCandidate } from "./stages/evaluate.ts";
import { evaluateFresh } from "./stages/evaluate-fresh.ts";
import { externalRules } from "./stages/external-rules.ts";
import { fetchWindow } from "./stages/fetch-window.ts";
import { guardWindow } from "./stages/guard-window.ts";
import { joinWindow } from "./stages/join-window.ts";
import { judge } from "./stages/judge.ts";
import { lint } from "./stages/lint.ts";
import { publish } from "./stages/publish.ts";
import { pullData } from "./stages/pull-data.ts";
import { fetchData, READY_DATA } from "./stages/ready-data.ts";
import { runStages as runAnyStages, type StagesResult } from "./stages/run-stages.ts";
import { sampleData } from "./stages/sample-data.ts";
import { scanModel } from "./stages/scan-model.ts";
import { scanSecrets } from "./stages/scan-secrets.ts";
import { serve } from "./stages/serve.ts";
import type { StageTitle } from "./stages/stage.ts";
import { testCoverage } from "./stages/test-coverage.ts";
import { testData } from "./stages/test-data.ts";
import { testE2e } from "./stages/test-e2e.ts";
import { testIntegration } from "./stages/test-integration.ts";
import { testModel } from "./stages/test-model.ts";
import { testUnit } from "./stages/test-unit.ts";
import { trackModel } from "./stages/track.ts";
import { train } from "./stages/train.ts";
import { validateData } from "./stages/validate-data.ts";
import { validateWindow } from "./stages/validate-window.ts";
import { verifyTraining } from "./stages/verify-training.ts";

/** The stages that decide whether a model may be released: its files, its tests, the evaluation of both models, and the gates; before them it is tracked. */
export const JUDGEMENT = [scanModel, trackModel, testModel, evaluateCandidate, evaluateBaseline, judge] as const;

/**
 * The stages of the pipeline, in the order in which they are reported. A stage starts when those in its `needs` have ended: the
 * checks run side by side, then the training, then the judgement, then the image, its first answers, and the push.
 */
export const PIPELINE = [
  ...Object.values(READY_DATA),
  sampleData,
  ...[lint, scanSecrets, testUnit, testIntegration, validateData, externalRules, testData],
  train,
  ...JUDGEMENT,
  ...[buildImage, serve, testE2e, testCoverage, publish],
] as const;

/** The one stage in the report of a run whose project cannot be read. */
export const PROJECT: StageTitle = { name: "project", step: "Check" };

/** The stages of a comparison of production with the reference. */
export const COMPARISON = [evaluateBaseline, drift] as const;

/** The stages that bring a window of fresh data, and join it to the data. */
export const WINDOW = [
  pullData,
  fetchData,
  fetchWindow,
  validateWindow,
  guardWindow,
  compareWindow,
  joinWindow,
] as const;

/** The stages of a pipeline whose model must be better than the accepted one. */
export const RETRAINING = [...PIPELINE, evaluateFresh, decide] as const;

/** The stages of a training whose model must come out the same twice. */
export const VERIFIED_TRAINING = [train, verifyTraining] as const;

export type PipelineStage = (
  | typeof PIPELINE
  | typeof COMPARISON
  | typeof WINDOW
  | typeof RETRAINING
  | typeof VERIFIED_TRAINING
)[number];

/** Runs stages of the pipeline. A stage that is not in its lists is refused, so that none can be reported without being listed. */
export async function runStages(stages: readonly PipelineStage[], inputs: RunInputs): Promise<StagesResult> {
  const known: readonly AnyStage[] = [...COMPARISON, ...WINDOW, ...RETRAINING, ...VERIFIED_TRAINING];
  const unknown = stages.find((stage) => !known.includes(stage));
  if (unknown !== undefined) throw new Error(`${unknown.name} is no stage of the pipeline: add it to PIPELINE`);
  return runAnyStages(stages, inputs);
}
