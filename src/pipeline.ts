import type { Container, Directory } from "@dagger.io/dagger";
import type { GateResult } from "./gates/gate.ts";
import type { AskOptions, Verdict } from "./gates/gates.ts";
import type { Measurements } from "./measurements/measurements.ts";
import { RunLog } from "./run-log.ts";
import type { DataContext } from "./stages/context.ts";
import { evaluateModel } from "./stages/evaluate.ts";
import { gates } from "./stages/gates.ts";
import { type BuiltImage, buildImage } from "./stages/image.ts";
import { lint } from "./stages/lint.ts";
import { type PublishOptions, publish } from "./stages/publish.ts";
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
  const found = await runStages(log, context, options);
  return {
    ...found,
    verdict: log.verdict,
    stages: log.stages(plan(options)),
    gates: log.gates,
    tests: log.tests,
  };
}

type Found = Pick<PipelineResult, "data" | "model" | "measured" | "image" | "published">;

async function runStages(log: RunLog, context: DataContext, options: PipelineOptions): Promise<Found> {
  const data = await checkInputs(log, context);
  if (log.failed) return { data, measured: {} };

  const model = await log.add(train(context, options));
  if (model === undefined) return { data, measured: {} };

  const judged = await judgeModel(log, context, model.directory, options);
  if (log.failed) return { data, model, ...judged };

  const image = await log.add(buildImage(context, model.directory, model.manifest));
  if (image === undefined) return { data, model, ...judged };

  await tryImage(log, context, image.container, model.directory);
  if (log.failed || options.publish === undefined) return { data, model, ...judged, image };

  const published = await log.add(publish(image.container, options.publish));
  return { data, model, ...judged, image, published };
}

/** What needs no model, side by side. All of it is reported, whatever fails. */
async function checkInputs(log: RunLog, context: DataContext): Promise<DataSummary | undefined> {
  const [summary] = await Promise.all([
    log.add(validateData(context)),
    log.add(lint(context)),
    log.addTests(testLayer(context, "unit", {})),
    log.addTests(testLayer(context, "integration", {})),
    log.addTests(testLayer(context, "data", { data: context.data })),
  ]);
  return summary;
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
const plan = ({ baseline, publish }: PipelineOptions): string[] => [
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
