import type { Container, Directory } from "@dagger.io/dagger";
import type { DataContext } from "./context/context.ts";
import type { AskOptions } from "./gates/gates.ts";
import type { GateResult, Verdict } from "./gates/result.ts";
import type { Measurements } from "./measurements/measurements.ts";
import { evaluateModel } from "./stages/evaluate.ts";
import { gates } from "./stages/gates.ts";
import { type BuiltImage, buildImage } from "./stages/image.ts";
import { lint } from "./stages/lint.ts";
import { type PublishOptions, publish } from "./stages/publish.ts";
import { type DvcAccess, isTracked, PULL_DATA, pullData } from "./stages/pull-data.ts";
import { RunLog } from "./stages/run-log.ts";
import { checkServing } from "./stages/serve.ts";
import type { StageReport } from "./stages/stage.ts";
import { type TestEvidence, testLayer } from "./stages/test.ts";
import { type TrainedModel, type TrainOptions, train } from "./stages/train.ts";
import { type DataSummary, validateData } from "./stages/validate-data.ts";

/** What a run is asked to do. */
export interface PipelineOptions extends TrainOptions {
  /** An accepted model to compare with. */
  readonly baseline?: Directory | undefined;
  /** The image in production; the baseline in this project's own image when absent. */
  readonly production?: Container | undefined;
  /** Gates that a person lets through when they are inconclusive. */
  readonly approved?: readonly string[] | undefined;
  /** How a remote of DVC is reached, where data is tracked by it. */
  readonly dvc?: DvcAccess | undefined;
  /** Push the image, if everything passed. */
  readonly publish?: PublishOptions | undefined;
}

/** Everything that happened in a run. */
export interface PipelineResult {
  readonly verdict: Verdict;
  readonly stages: readonly StageReport[];
  readonly gates: readonly GateResult[];
  readonly tests: readonly TestEvidence[];
  readonly data?: DataSummary | undefined;
  /** The data that the stages had, and its DVC revision; absent when it could not be had. */
  readonly inputs?: DataContext | undefined;
  readonly model?: TrainedModel | undefined;
  /** What the gates decided on: whatever was measured. */
  readonly measured: Partial<Measurements>;
  readonly image?: BuiltImage | undefined;
  /** `name@sha256:…` in the registry that it was pushed to. */
  readonly published?: string | undefined;
}

/**
 * The whole pipeline: lint, tests and data side by side, then training, then evaluation and gates, then the image and its
 * first answer, then the push. A stage that fails keeps the later ones from running; they are reported as skipped.
 */
export async function runPipeline(context: DataContext, options: PipelineOptions): Promise<PipelineResult> {
  const log = new RunLog();
  const tracked = await isTracked(context);
  const found = await runStages(log, context, options, tracked);
  return {
    ...found,
    verdict: log.verdict,
    stages: log.stages(plan(options, tracked)),
    gates: log.gates,
    tests: log.tests,
  };
}

type Found = Pick<PipelineResult, "inputs" | "data" | "model" | "measured" | "image" | "published">;

async function runStages(log: RunLog, given: DataContext, options: PipelineOptions, tracked: boolean): Promise<Found> {
  const checked = await checkInputs(log, given, tracked ? (options.dvc ?? {}) : undefined);
  const context = checked.inputs;
  if (log.failed || context === undefined) return { ...checked, measured: {} };

  const model = await log.add(train(context, { ...options, rows: checked.data?.rows }));
  if (model === undefined) return { ...checked, measured: {} };

  const judged = await judgeModel(log, context, model.directory, options);
  if (log.failed) return { ...checked, model, ...judged };

  const image = await log.add(buildImage(context, model.directory, model.manifest));
  if (image === undefined) return { ...checked, model, ...judged };

  await tryImage(log, context, image.container, model.directory);
  if (log.failed || options.publish === undefined) return { ...checked, model, ...judged, image };

  const published = await log.add(publish(image.container, options.publish));
  return { ...checked, model, ...judged, image, published };
}

/** What needs no model, side by side. All of it is reported, whatever fails. */
async function checkInputs(
  log: RunLog,
  given: DataContext,
  dvc: DvcAccess | undefined,
): Promise<Pick<Found, "inputs" | "data">> {
  const [checked] = await Promise.all([
    checkData(log, given, dvc),
    log.add(lint(given)),
    log.addTests(testLayer(given, "unit", {})),
    log.addTests(testLayer(given, "integration", {})),
  ]);
  return checked;
}

/** The data as the commit names it, and the checks on it. */
async function checkData(
  log: RunLog,
  given: DataContext,
  dvc: DvcAccess | undefined,
): Promise<Pick<Found, "inputs" | "data">> {
  const inputs = dvc === undefined ? given : await log.add(pullData(given, dvc));
  if (inputs === undefined) return {};
  const [data] = await Promise.all([
    log.add(validateData(inputs)),
    log.addTests(testLayer(inputs, "data", { data: inputs.data })),
  ]);
  return { inputs, data };
}

/** Whether a model may go further: its tests, its evaluation beside the baseline's, and the gates. */
export async function judgeModel(
  log: RunLog,
  context: DataContext,
  model: Directory,
  {
    baseline,
    production,
    approved,
    only,
  }: Pick<PipelineOptions, "baseline" | "production" | "approved"> & Pick<AskOptions, "only">,
): Promise<Pick<Found, "measured">> {
  const [candidate, previous] = await Promise.all([
    log.add(evaluateModel(context, model, "candidate")),
    baseline === undefined ? undefined : log.add(evaluateModel(context, baseline, "baseline")),
    log.addTests(testLayer(context, "model", { data: context.data, model })),
  ]);
  if (log.failed) return { measured: {} };
  const asked = await log.add(
    gates(
      context,
      { model, evaluated: candidate },
      baseline === undefined ? undefined : { model: baseline, evaluated: previous },
      { approved, only, production },
    ),
  );
  log.gates = asked?.gates ?? [];
  return { measured: asked?.measured ?? {} };
}

/** The image answers, and the end-to-end tests pass. */
async function tryImage(log: RunLog, context: DataContext, image: Container, model: Directory): Promise<void> {
  await Promise.all([
    log.add(checkServing(context, image)),
    log.addTests(testLayer(context, "e2e", { data: context.data, model })),
  ]);
}

/** The stages of a run in the order in which they are reported. */
const plan = ({ baseline, publish }: PipelineOptions, tracked: boolean): string[] => [
  ...(tracked ? [PULL_DATA] : []),
  ...["lint", "test unit", "test integration", "validate data", "test data", "train"],
  ...judgement(baseline),
  ...["build image", "serve", "test e2e", ...(publish === undefined ? [] : ["publish"])],
];

/** The stages of `judgeModel`. */
export const judgement = (baseline: Directory | undefined): string[] => [
  ...["test model", "evaluate candidate"],
  ...(baseline === undefined ? [] : ["evaluate baseline"]),
  "gates",
];
