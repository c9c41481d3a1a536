import { type Container, type Directory, dag, type Secret } from "@dagger.io/dagger";
import type { Settings } from "./containers/settings.ts";
import { type Context, type DataContext, runtimeOf } from "./context/context.ts";
import { loadConfig } from "./context/load.ts";
import { suggestRules } from "./data/suggest/suggest.ts";
import { UserError } from "./errors.ts";
import type { AskOptions } from "./gates/gates.ts";
import { GATES } from "./gates/list.ts";
import { fingerprint } from "./model/fingerprint.ts";
import { type Manifest, modelFiles, readManifest } from "./model/manifest.ts";
import { Drift, type DriftFacts } from "./objects/drift.ts";
import { Evaluation, type EvaluationFacts } from "./objects/evaluation.ts";
import { ModelImage } from "./objects/model-image.ts";
import { PipelineRun } from "./objects/pipeline-run.ts";
import { judgeModel, judgement, type PipelineResult, runPipeline } from "./pipeline.ts";
import { type Project, readProject } from "./project/project.ts";
import { finiteOnly } from "./report/finite.ts";
import { reportFolder } from "./report/folder.ts";
import { makeReport, unreadableReport } from "./report/report.ts";
import { assertSelfTest } from "./report/self-test.ts";
import { assertStages } from "./report/text.ts";
import { compareData } from "./stages/drift.ts";
import { evaluateModel } from "./stages/evaluate.ts";
import { gates, subjectOf } from "./stages/gates.ts";
import { buildImage } from "./stages/image.ts";
import { checkPublishOptions, type PublishOptions } from "./stages/publish.ts";
import { type DvcAccess, isTracked, pullData } from "./stages/pull-data.ts";
import { type Judgement, reasonToHoldBack, withJudgement } from "./stages/release.ts";
import { RunLog } from "./stages/run-log.ts";
import { tryGates } from "./stages/self-test.ts";
import { failedStage, stage } from "./stages/stage.ts";
import { type TrainOptions, train } from "./stages/train.ts";
import { nearest } from "./text.ts";

/*
 * The public functions in terms of the pipeline's stages: `deliver` is all of it, the others are parts of it for a person
 * or a CI job that wants just one.
 */

export interface DeliveryOptions extends TrainOptions {
  readonly baseline?: Directory | undefined;
  readonly production?: Container | undefined;
  /** Gates that a person lets through when they are inconclusive. */
  readonly approved?: readonly string[] | undefined;
  readonly dvc?: DvcAccess | undefined;
  readonly address?: string | undefined;
  readonly registryUser?: string | undefined;
  readonly registryPassword?: Secret | undefined;
  readonly runId?: string | undefined;
}

export interface RunInputs {
  readonly source: Directory;
  readonly data: Directory;
  readonly settings: Settings;
}

/** A whole run, as its record. A project that cannot be read is a failed run like any other. */
export async function deliver({ source, data, settings }: RunInputs, options: DeliveryOptions): Promise<PipelineRun> {
  checkApproved(options.approved);
  const publish = publishOptions(options);
  const since = Date.now();
  const read = await stage<Project>("project", async () => {
    return { status: "passed", message: "configuration as it should be", value: await readProject(source) };
  });
  if (read.value === undefined) {
    const report = unreadableReport({ settings, since }, read.report, options.runId);
    return new PipelineRun(JSON.stringify(report), await reportFolder(undefined, report, []));
  }
  return deliverProject({ project: read.value, data, settings, since }, options, publish);
}

async function deliverProject(
  context: DataContext,
  options: DeliveryOptions,
  publish: PublishOptions | undefined,
): Promise<PipelineRun> {
  const result = await runPipeline(context, { ...options, publish });
  const report = await makeReport(context, result, options);
  return new PipelineRun(
    JSON.stringify(report),
    await reportFolder(context, report, result.tests),
    result.model === undefined ? undefined : withJudgement(result.model.directory, result.model.manifest, result),
    result.image === undefined
      ? undefined
      : new ModelImage(result.image.id, result.image.container, heldBackBy(result)),
  );
}

function publishOptions({ address, registryUser, registryPassword }: DeliveryOptions): PublishOptions | undefined {
  if (address === undefined) {
    if (registryUser === undefined && registryPassword === undefined) return undefined;
    throw new UserError(
      "--registry-user and --registry-password say how to push, and there is no --address to push to.",
    );
  }
  const options = { address, username: registryUser, password: registryPassword };
  checkPublishOptions(options);
  return options;
}

const heldBackBy = ({ stages }: Pick<PipelineResult, "stages">): string => {
  const failed = failedStage(stages);
  return failed === undefined ? "" : `${failed.name} failed: ${failed.message}`;
};

/** What a model is held against, apart from the limits of its project. */
export interface JudgingOptions extends Pick<AskOptions, "approved" | "only"> {
  /** An accepted model to compare with. */
  readonly baseline?: Directory | undefined;
  /** The image in production; the baseline in this project's own image when absent. */
  readonly production?: Container | undefined;
}

/** @throws UserError for the name of a gate that does not exist */
function checkApproved(approved: readonly string[] = []): void {
  const ids: readonly string[] = GATES.map((gate) => gate.id);
  const unknown = approved.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  const close = nearest(unknown, ids);
  throw new UserError(
    `--approve=${unknown}: there is no such gate${close === undefined ? "" : `; did you mean ${close}?`} There are ${ids.join(", ")}.`,
  );
}

/** The data with what DVC tracks of it: the context of whatever reads data. */
export async function pulled(context: DataContext, access: DvcAccess): Promise<DataContext> {
  return (await isTracked(context)) ? pullTracked(context, access) : context;
}

/** Pulling by itself, which makes no sense where nothing is tracked. */
export async function pullAlone(context: DataContext, access: DvcAccess): Promise<Directory> {
  if (await isTracked(context)) return (await pullTracked(context, access)).data;
  throw new UserError("There is no .dvc file in the data folder or in the project's root: nothing is tracked by DVC.");
}

async function pullTracked(context: DataContext, access: DvcAccess): Promise<DataContext> {
  const { report, value } = await pullData(context, access);
  assertStages([report]);
  return value ?? context;
}

/** Training by itself. The model is judged too, so that it can be published later; its gates do not fail the training. */
export async function trainAlone(context: DataContext, options: TrainOptions): Promise<Directory> {
  const training = await train(context, options);
  if (training.value === undefined) assertStages([training.report]);
  if (training.value === undefined) throw new Error("a passed training gave no model");
  const { directory, manifest } = training.value;
  return withJudgement(directory, manifest, await judge(new RunLog(), context, directory, {}));
}

/** A model's evaluation and gates by themselves, as a record. */
export async function evaluateAlone(
  context: DataContext,
  model: Directory,
  options: JudgingOptions,
): Promise<Evaluation> {
  const log = new RunLog();
  const judged = await judge(log, context, model, options);
  const report = await makeReport(context, { ...judged, inputs: context, tests: log.tests }, { epochs: 0 });
  const facts: EvaluationFacts = { stages: judged.stages, gates: judged.gates };
  return new Evaluation(
    judged.verdict === "passed",
    JSON.stringify(facts),
    await reportFolder(context, report, log.tests),
  );
}

/** Current data, and what they are compared with. */
export interface DriftOptions {
  readonly data: Directory;
  readonly reference: Directory;
  /** The accepted model. */
  readonly baseline?: Directory | undefined;
  /** A log of live predictions, and labels of it that came later. */
  readonly predictions?: Directory | undefined;
  readonly labels?: Directory | undefined;
}

/** A folder with what its own .dvc files track; those of the project's root are about the project's data, and not about it. */
async function pulledApart(context: Context, data: Directory): Promise<DataContext> {
  const source = context.project.source.filter({ exclude: ["?*.dvc"] });
  const pulledData = await pulled({ ...context, project: { ...context.project, source }, data }, {});
  return { ...pulledData, project: context.project };
}

/** Current data, and live predictions, beside the reference, as a record. */
export async function compareAlone(given: Context, options: DriftOptions): Promise<Drift> {
  const { baseline, predictions, labels } = options;
  if (predictions === undefined && (labels !== undefined || baseline !== undefined)) {
    throw new UserError(
      `--${labels === undefined ? "baseline" : "labels"} is about live predictions: give their log with --predictions.`,
    );
  }
  const [context, { data: reference }] = await Promise.all([
    pulledApart(given, options.data),
    pulledApart(given, options.reference),
  ]);
  const log = new RunLog();
  const evaluated =
    baseline === undefined
      ? undefined
      : await log.add(evaluateModel({ ...context, data: reference }, baseline, "baseline"));
  const accepted = evaluated?.predictions;
  if (baseline !== undefined && log.failed === undefined && accepted === undefined) {
    throw new UserError(
      "The accepted model's predictions are not known: the project's src.evaluate writes no predictions.csv or predictions.parquet.",
    );
  }
  const readings = log.failed
    ? undefined
    : await log.add(compareData(context, { reference, predictions, labels, accepted }));
  const stages = log.stages([...(baseline === undefined ? [] : ["evaluate baseline"]), "drift"]);
  const result = { verdict: log.verdict, stages, gates: [], tests: [], measured: {}, inputs: context };
  const report = await makeReport(context, result, { epochs: 0 });
  const drift = readings === undefined ? undefined : finiteOnly(readings);
  const facts: DriftFacts = { stages, readings: drift };
  return new Drift(
    // What cannot be compared must be looked at.
    drift?.action ?? "look",
    JSON.stringify(facts),
    await reportFolder(context, { ...report, ...(drift === undefined ? {} : { drift }) }, []),
  );
}

/** Rules that the data keeps, as a table for the file that the project has its configuration in. */
export function suggest(context: DataContext): Promise<string> {
  const { config, files } = context.project;
  const inputs = {
    ...{ data: context.data, config: config.data, task: config.evaluation.task },
    parse: (toml: string) => loadConfig({ mlPipeline: toml }).data,
  };
  const table = files.mlPipeline === undefined ? "tool.ml-pipeline.data" : "data";
  return suggestRules(runtimeOf(context), inputs, table);
}

/** The shadow gate by itself: it looks at no data and at no predictions. */
export async function shadowAlone(
  context: Context,
  model: Directory,
  { baseline, production }: Pick<JudgingOptions, "baseline" | "production">,
): Promise<string> {
  if (baseline === undefined && production === undefined) {
    throw new UserError("There is nothing to replay against: give --baseline=MODEL or --production=IMAGE.");
  }
  const asked = await gates(
    { ...context, data: dag.directory() },
    { model, evaluated: undefined },
    baseline === undefined ? undefined : { model: baseline, evaluated: undefined },
    { only: ["shadow"], production },
  );
  const skipped = asked.value?.gates.find((gate) => gate.status === "skipped");
  if (skipped !== undefined) throw new UserError(`Nothing was replayed: ${skipped.message}.`);
  assertStages([asked.report]);
  return asked.value?.gates[0]?.message ?? "";
}

/** Whether the gates refuse what they must. */
export async function selfTest(
  context: DataContext,
  model: Directory,
  baseline: Directory | undefined,
): Promise<string> {
  const log = new RunLog();
  const [candidate, previous] = await Promise.all([
    log.add(evaluateModel(context, model, "candidate")),
    baseline === undefined ? undefined : log.add(evaluateModel(context, baseline, "baseline")),
  ]);
  if (log.failed) assertStages([log.failed]);
  const [ours, theirs] = await Promise.all([
    subjectOf(context, { model, evaluated: candidate }),
    baseline === undefined ? undefined : subjectOf(context, { model: baseline, evaluated: previous }),
  ]);
  return assertSelfTest(await tryGates(context, ours, theirs));
}

/** A model with what its gates say now in its manifest. A model that this pipeline did not train gets one. */
export async function judgeAlone(
  context: DataContext,
  model: Directory,
  options: JudgingOptions,
): Promise<Judgement & { readonly model: Directory }> {
  const [judged, manifest] = await Promise.all([
    judge(new RunLog(), context, model, options),
    describe(context, model),
  ]);
  return { ...judged, model: withJudgement(model, manifest, judged) };
}

async function judge(log: RunLog, context: DataContext, model: Directory, options: JudgingOptions) {
  checkApproved(options.approved);
  const evaluated = await judgeModel(log, context, model, options);
  return { ...evaluated, verdict: log.verdict, stages: log.stages(judgement(options.baseline)), gates: log.gates };
}

async function describe(context: DataContext, model: Directory): Promise<Manifest> {
  const { app, data, files } = await fingerprint(context, {
    app: context.project.app,
    data: context.data,
    files: modelFiles(model),
  });
  const known = await readManifest(model);
  return {
    schemaVersion: 1,
    trainingInputs: known?.trainingInputs ?? "",
    source: app.sha256,
    data: data.sha256,
    model: files.sha256,
    // What is known of other data says nothing about this.
    ...(known?.data === data.sha256 ? { rows: known.rows, dvc: known.dvc } : {}),
  };
}

/** The serving image of a model, with the reason why it may not be published, if there is one. */
export async function imageOf(context: Context, model: Directory): Promise<ModelImage> {
  const manifest = await readManifest(model);
  const [built, heldBack] = await Promise.all([
    buildImage(context, model, manifest),
    reasonToHoldBack(context, model, manifest),
  ]);
  assertStages([built.report]);
  if (built.value === undefined) throw new Error("a passed build gave no image");
  return new ModelImage(built.value.id, built.value.container, heldBack);
}
