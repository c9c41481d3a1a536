import type { Directory } from "@dagger.io/dagger";
import { forOwnPrograms } from "../containers/images.ts";
import { LOAD_TOOLS, PLOT_TOOLS } from "../containers/paths.ts";
import { toolFolder } from "../containers/tools.ts";
import type { Context, DataContext } from "../context/context.ts";
import { unpushedImage } from "../delivery/image-reference.ts";
import { newId } from "../journal/entry.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import type { Manifest } from "../model/manifest.ts";
import { quickRefusal } from "../model/profile.ts";
import { Run } from "../objects/run.ts";
import { type PipelineStage, runStages } from "../pipeline.ts";
import { type PlannedCost, plannedCost } from "../report/cost.ts";
import { reportFolder } from "../report/folder.ts";
import { planText } from "../report/plan.ts";
import { makeReport, type Report } from "../report/report.ts";
import type { RetrainingFacts } from "../report/retraining.ts";
import { type Approval, approvalOf, neededApproval } from "../stages/approval.ts";
import { ATTEST, attest, type ImageFacts, imageFacts, plannedAttestation } from "../stages/attest.ts";
import { buildImage } from "../stages/build-image.ts";
import type { PublishInputs, RunInputs, StageData } from "../stages/definition.ts";
import { evaluateCandidate } from "../stages/evaluate.ts";
import { allEvidence } from "../stages/evidence.ts";
import { publish } from "../stages/publish.ts";
import { failedJudgement, type Judgement, judgedModel, withSignature } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { failedStage, type StageReport, skippedStage, stage } from "../stages/stage.ts";
import { type StageKeys, stageKeysIfAny, withKeys } from "../stages/stage-keys.ts";
import { train } from "../stages/train.ts";
import type { RetrainingDecision } from "../training/decision.ts";
import { type Reserved, reserve } from "./budget.ts";
import { modelImage } from "./build-image.ts";
import { latestData } from "./data.ts";
import { isJournaled, noteRun } from "./journal.ts";
import type { OpenedRun, RunRequest } from "./open-run.ts";
import { planOf } from "./plan.ts";
import { deliverRun, type RunDelivered } from "./run-delivery.ts";
import type { Site } from "./site.ts";
import { trackRun } from "./tracking.ts";

/* How all whole runs go on: their stages, their delivery, and the record of it. */

/** What is run. */
export interface WholeRun {
  readonly inputs: RunInputs & Pick<DataContext, "data">;
  readonly stages: readonly PipelineStage[];
  /** Stages that ran before; where one of them failed nothing else runs. */
  readonly before?: StagesResult | undefined;
  /** What a retraining says of itself. */
  readonly retraining?: RetrainingFacts;
}

/** Runs the stages, delivers what is to be delivered, and makes a record of it. */
export async function recordRun(
  site: Site,
  request: RunRequest,
  { environments, accepted }: Pick<OpenedRun, "environments" | "accepted">,
  { inputs, stages, before, retraining }: WholeRun,
): Promise<Run> {
  const { labels, dryRun = false } = request;
  const id = newId(inputs.context.since);
  const { ran, keys, planned, reserved }: RanStages =
    before?.verdict === "failed" ? { ran: before } : await runAll(site, request, { inputs, stages, before }, id);
  const [model, image, published] = [ran.value(train), ran.value(buildImage), ran.value(publish)];
  const context: DataContext = { ...inputs.context, data: inputs.data };
  const judged = model === undefined ? undefined : await judgedModel(context, model.manifest, ran);
  const decided =
    ran.verdict === "passed" && judged !== undefined && judged.profile === undefined
      ? approvalOf(context, {
          ...{ before: accepted, isCompared: inputs.baseline !== undefined },
          ...{ now: judged, gates: ran.evidence.gates ?? [] },
        })
      : undefined;
  const facts =
    image === undefined || judged === undefined
      ? undefined
      : await imageFacts(context, image, judged, labels, decided === undefined ? undefined : neededApproval(decided));
  const attested = await withAttestation(context, ran, facts, inputs.publish);
  const signed =
    model === undefined || judged === undefined ? undefined : withSignature(context, model.directory, judged);
  const predictions = predictionsOf(ran.value(evaluateCandidate));
  const approval = attested.verdict === "passed" ? decided : undefined;
  const reported = (run: StagesResult, found: Approval | undefined): Promise<Report> =>
    makeReport(context, {
      ...run,
      ...{
        id,
        planned,
        approval: found,
        labels,
        model,
        image,
        published: published?.reference,
        training: inputs.training,
        dryRun,
        retraining,
      },
      inputs: contextWith(context, latestData(run, inputs)),
    });
  const delivered = await deliverRun(site, context, {
    ...{ request, environments, approval, labels, published: published?.reference },
    because: becauseOf(retraining, attested.evidence.decision),
    unpushed: inputs.publish === undefined ? undefined : unpushedImage(inputs.publish.address),
    ...{ failed: failedStage(attested.stages), hashes: judged, answered: attested.evidence.answered },
    parts: async () => {
      if (signed === undefined) throw new Error("a model was to be stored without one");
      const report = await reportFolder(context, await reported(attested, approval), attested.evidence, keys?.inputs);
      return { model: signed, report, predictions };
    },
  });
  const whole = withDelivery(attested, delivered);
  const untracked = await reported(whole, delivered.approval);
  const tracked = await withTracking(context, whole, {
    ...{ report: untracked, inputs, delivered },
    environments: environments.length,
    model: signed === undefined || judged === undefined ? undefined : { directory: signed, manifest: judged },
  });
  const made = tracked === whole ? untracked : await reported(tracked, delivered.approval);
  const finished = reserved === undefined ? made : { ...made, stages: [reserved.report, ...made.stages] };
  await reserved?.end(finished);
  const noted = await noteRun(site, context, finished);
  const report = noted === undefined ? finished : { ...finished, stages: [...finished.stages, noted] };
  return new Run(
    JSON.stringify(report),
    await reportFolder(context, report, tracked.evidence, keys?.inputs),
    signed,
    image === undefined ? undefined : modelImage(site, image, heldBackBy(ran) || quickRefusal(judged ?? {}), facts),
    predictions,
  );
}

/** What is known of a run before its first stage. */
interface BeforeStages {
  readonly planned?: PlannedCost | undefined;
  readonly reserved?: Reserved | undefined;
}

/** A run whose stages have ended. */
interface RanStages extends BeforeStages {
  readonly ran: StagesResult;
  readonly keys?: StageKeys | undefined;
}

/** Runs the stages after those that ran before, within the budget. */
async function runAll(
  site: Site,
  request: RunRequest,
  { inputs, stages, before }: WholeRun,
  id: string,
): Promise<RanStages> {
  const known = await beforeStages(site, request, inputs, id);
  // What a retraining takes of its data is known once they are joined, and is in its own part of the report.
  const isKeyed = inputs.retraining === undefined;
  const [ended, keys] = await Promise.all([
    runStages(stages, { ...inputs, meanwhile: () => toolsOfEnd(inputs) }),
    isKeyed ? stageKeysIfAny(stages, inputs) : undefined,
  ]);
  return { ...known, ran: afterStages(before, { ...ended, stages: withKeys(ended.stages, keys) }), keys };
}

/** Tools of which the first is needed once a model is trained: they ask what is served, and draw the report. */
function toolsOfEnd({ context }: RunInputs): Promise<unknown> {
  const isServed = context.project.entryPoints.serve !== undefined;
  const asks = isServed ? [toolFolder(LOAD_TOOLS, context)] : [];
  return Promise.all([...asks, toolFolder(PLOT_TOOLS, forOwnPrograms(context))].map((folder) => folder.sync()));
}

/** Plans a run, where there is something to plan by or somebody asks, and keeps it within its budget before anything trains. */
async function beforeStages(
  site: Site,
  request: RunRequest,
  inputs: RunInputs & Pick<DataContext, "data">,
  id: string,
): Promise<BeforeStages> {
  const { context, training } = inputs;
  const { history, isPlannedFirst = false } = request;
  const isAsked = isPlannedFirst || history !== undefined || context.config.cost.budget !== undefined;
  if (!isAsked && !isJournaled(site, context)) return {};
  const epochs = training?.epochs ?? request.epochs;
  const plan = await planOf(site, inputs, { epochs, history: inputs.retraining === undefined ? history : undefined });
  // A function that gives a record has no other way to say it before: both engines show what it prints.
  if (isPlannedFirst) console.info(planText(plan));
  const planned = plannedCost(plan);
  const dryRun = request.dryRun === true;
  return { planned, reserved: await reserve(site, context, { id, planned: planned?.total.middle, dryRun }) };
}

/** Why the model of a retraining goes out, in the history of its pointer. */
const becauseOf = (
  retraining: RetrainingFacts | undefined,
  decision: RetrainingDecision | undefined,
): string | undefined =>
  retraining === undefined || decision === undefined
    ? undefined
    : `${retraining.window.start}, ${retraining.trigger}: ${decision.code}${decision.forcedBy === undefined ? "" : `, forced by ${decision.forcedBy}`}`;

/** The results of stages with those of others that ran before them. */
const afterStages = (before: StagesResult | undefined, after: StagesResult): StagesResult =>
  before === undefined
    ? after
    : {
        ...after,
        stages: [...before.stages, ...after.stages],
        evidence: allEvidence([before.evidence, after.evidence]),
        value: (definition) => after.value(definition) ?? before.value(definition),
        runsOf: (definition) => [...before.runsOf(definition), ...after.runsOf(definition)],
      };

/** A run with what became of the evidence about its image, where that was pushed. */
async function withAttestation(
  { evidence }: Context,
  run: StagesResult,
  facts: ImageFacts | undefined,
  to: PublishInputs | undefined,
): Promise<StagesResult> {
  const published = run.value(publish);
  if (to === undefined || facts === undefined) return run;
  if (published === undefined) {
    if (to.dryRun !== true || run.verdict === "failed") return run;
    return withStages(run, [skippedStage(ATTEST, plannedAttestation(facts, evidence.signer)).report]);
  }
  if (published.isOther) {
    const { report } = skippedStage(ATTEST, "what was attached when the image was pushed is about that build of it");
    return { ...run, stages: [...run.stages, report] };
  }
  const { report } = await stage(ATTEST, () =>
    attest({ ...to, published: published.reference, facts, signer: evidence.signer }),
  );
  return withStages(run, [report]);
}

/** What is logged of a run. */
interface ToTrack {
  readonly report: Report;
  readonly inputs: RunInputs;
  readonly delivered: RunDelivered;
  readonly environments: number;
  readonly model: { readonly directory: Directory; readonly manifest: Manifest } | undefined;
}

/** A run with what became of logging it, where it is logged. */
async function withTracking(context: Context, run: StagesResult, ended: ToTrack): Promise<StagesResult> {
  const { report, inputs, delivered, environments, model } = ended;
  if (inputs.tracking === undefined) return run;
  const tracked = await trackRun(context, inputs.tracking, {
    ...{ report, model, environments, deployments: delivered.deployments },
    folder: await reportFolder(context, report, run.evidence),
  });
  return withStages(run, [tracked]);
}

/** A run with what became of its deploys. */
const withDelivery = (run: StagesResult, { stages, deployments }: RunDelivered): StagesResult => ({
  ...withStages(run, stages),
  evidence: deployments.length === 0 ? run.evidence : { ...run.evidence, deployments },
});

/** A run with stages that came after all of the pipeline's list. */
const withStages = (run: StagesResult, more: readonly StageReport[]): StagesResult => ({
  ...run,
  stages: [...run.stages, ...more],
  verdict: failedStage(more) === undefined ? run.verdict : "failed",
});

/** The file of predictions alone. */
const predictionsOf = (evaluated: Evaluated | undefined): Directory | undefined =>
  evaluated?.predictions === undefined
    ? undefined
    : evaluated.predictions.directory.filter({ include: [evaluated.predictions.file] });

const contextWith = (context: DataContext, ready: StageData | undefined): DataContext | undefined =>
  ready === undefined ? undefined : { ...context, ...ready };

const heldBackBy = ({ stages }: Judgement): string => {
  const failed = failedJudgement(stages);
  return failed === undefined ? "" : `${failed.name} failed: ${failed.message}`;
};
