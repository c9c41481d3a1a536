import type { Container, Directory } from "@dagger.io/dagger";
import { inShort } from "../adopt/diagnose.ts";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { CANARY_CHECKS } from "../delivery/canary.ts";
import { unpushedImage } from "../delivery/image-reference.ts";
import { newId } from "../journal/entry.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { type Manifest, readManifest } from "../model/manifest.ts";
import { type Profile, quickRefusal } from "../model/profile.ts";
import { PipelineRun } from "../objects/pipeline-run.ts";
import { type PipelineStage, PROJECT, runStages } from "../pipeline.ts";
import type { TrainingPlace } from "../remote/place.ts";
import { type PlannedCost, plannedCost } from "../report/cost.ts";
import { reportFolder } from "../report/folder.ts";
import { planText } from "../report/plan.ts";
import { makeReport, type Report, type RunLabels, unreadableReport } from "../report/report.ts";
import type { RetrainingFacts } from "../report/retraining.ts";
import { type Approval, approvalOf, neededApproval } from "../stages/approval.ts";
import { ATTEST, attest, type ImageFacts, imageFacts, plannedAttestation } from "../stages/attest.ts";
import { requireBelieved, requireSigner } from "../stages/believed.ts";
import { buildImage } from "../stages/build-image.ts";
import type { PublishInputs, RunInputs, StageData, TrackingInputs } from "../stages/definition.ts";
import { evaluateCandidate } from "../stages/evaluate.ts";
import { allEvidence } from "../stages/evidence.ts";
import { checkPublishInputs, publish } from "../stages/publish.ts";
import { failedJudgement, type Judgement, judgedModel, withSignature } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { scanModel } from "../stages/scan-model.ts";
import { failedStage, type StageReport, skippedStage, stage } from "../stages/stage.ts";
import { stageKeysIfAny, withKeys } from "../stages/stage-keys.ts";
import { checkEpochs, train } from "../stages/train.ts";
import type { RetrainingDecision } from "../training/decision.ts";
import { acceptedOf } from "./accepted.ts";
import { type Reserved, reserve } from "./budget.ts";
import { modelImage } from "./build-image.ts";
import { latestData } from "./data.ts";
import { dataOf, givenInstead, type ProjectData } from "./data-folder.ts";
import { isJournaled, noteRun } from "./journal.ts";
import { checkApproved, type JudgementRequest } from "./judgement.ts";
import { type Place, placeOfTraining, requirePlace } from "./place-of-training.ts";
import { planOf } from "./plan.ts";
import { refuseQuickDelivery } from "./profile.ts";
import {
  type DeliveryRequest,
  deliverRun,
  deliveryAddress,
  environmentsOf,
  type RunDelivered,
  STORE,
} from "./run-delivery.ts";
import type { Site } from "./site.ts";
import { trackingOf, trackRun } from "./tracking.ts";

/* What all whole runs share: those of the pipeline, and retrainings. */

/** The arguments of a whole run. */
export interface RunRequest extends ProjectData, JudgementRequest, DeliveryRequest {
  readonly epochs: number;
  readonly profile: Profile;
  /** The model of an earlier run. */
  readonly reuse?: Directory | undefined;
  /** Where the model is trained. */
  readonly on: TrainingPlace;
  /** Whether what comes after a failed check runs all the same. */
  readonly keepGoing: boolean;
  readonly labels: RunLabels;
  /** Reports of earlier runs, at any depth, to plan by. */
  readonly history?: Directory | undefined;
  /** Whether the plan is printed before anything runs. */
  readonly isPlannedFirst?: boolean | undefined;
}

/** A run whose project was read, with all that it needs from outside. */
export interface OpenedRun<Request extends RunRequest = RunRequest> {
  /** As it was completed. */
  readonly request: Request;
  readonly context: DataContext;
  readonly environments: readonly string[];
  /** Where the model is trained. */
  readonly place: Place;
  /** The accepted model, the image in production, and what is said of that model. */
  readonly baseline: Directory | undefined;
  readonly production: Container | undefined;
  readonly accepted: Manifest | undefined;
  readonly publish: PublishInputs | undefined;
  /** Where the run is logged; undefined where it is not, and for a dry run. */
  readonly tracking: TrackingInputs | undefined;
}

/**
 * Reads the project, and what the run needs from outside. A project that cannot be read makes a failed run with a report, like any other
 * failure.
 *
 * @param complete the request by what the project says
 */
export async function openRun<Request extends RunRequest>(
  site: Site,
  given: Request,
  complete: (context: DataContext) => Request = () => given,
): Promise<OpenedRun<Request> | PipelineRun> {
  const { settings } = site;
  checkApproved(given.approved, CANARY_CHECKS);
  checkEpochs(given.epochs);
  refuseQuickDelivery(given.profile, given);
  const manifest = await manifestOf(given.baseline);
  const address = deliveryAddress(site, given);
  if (address !== undefined) checkPublishInputs({ address, ...site.registry });
  const place = await placeOfTraining(site, given.on);
  const since = Date.now();
  const read = await stage<DataContext>(PROJECT, async () => {
    const project = await readContext(given.source, site, { since });
    const context = { ...project, data: await dataOf(project, given) };
    return {
      status: "passed",
      message: `configuration as it should be; the project ${inShort(context.project)}${givenInstead(context, given)}`,
      value: context,
    };
  });
  if (!("value" in read)) {
    const report = unreadableReport({ settings, since }, read.report, given.labels);
    return new PipelineRun(JSON.stringify(report), await reportFolder(undefined, report));
  }
  const context = read.value;
  const request = complete(context);
  if (address !== undefined) requireSigner(context);
  requirePlace(context, place);
  const environments = await environmentsOf(site, context, request);
  const tracking = trackingOf(site, context, request.labels);
  const { baseline, production } = await acceptedOf(site, context, request);
  const accepted = request.baseline === undefined ? await manifestOf(baseline) : manifest;
  if (baseline !== undefined) {
    await requireBelieved(context, { model: baseline, manifest: accepted, flag: "--baseline" });
  }
  const publish = address === undefined ? undefined : publishInputs(site, request, address);
  return {
    ...{ request, context, environments, place, baseline, production, accepted, publish },
    tracking: request.dryRun === true ? undefined : tracking,
  };
}

const publishInputs = (site: Site, { tag, dryRun = false }: RunRequest, address: string): PublishInputs => ({
  ...{ address, isRelease: tag !== undefined, dryRun },
  ...site.registry,
});

/** What is said of an accepted model; undefined without one, and for one that this pipeline did not train. */
const manifestOf = async (baseline: Directory | undefined): Promise<Manifest | undefined> =>
  baseline === undefined ? undefined : readManifest(baseline, "--baseline");

/** What is run. */
export interface WholeRun {
  readonly inputs: RunInputs & Pick<DataContext, "data">;
  readonly stages: readonly PipelineStage[];
  /** Stages that ran before; where one of them failed nothing else runs. */
  readonly before?: StagesResult;
  /** What a retraining says of itself. */
  readonly retraining?: RetrainingFacts;
}

/** Runs the stages, delivers what is to be delivered, and makes a record of it. */
export async function recordRun(
  site: Site,
  request: RunRequest,
  { environments, accepted }: Pick<OpenedRun, "environments" | "accepted">,
  { inputs, stages, before, retraining }: WholeRun,
): Promise<PipelineRun> {
  const { labels, dryRun = false } = request;
  const id = newId(inputs.context.since);
  const { planned, reserved } = before?.verdict === "failed" ? {} : await beforeStages(site, request, inputs, id);
  // What a retraining takes of its data is known once they are joined, and is in its own part of the report.
  const isKeyed = inputs.retraining === undefined;
  const [ended, keys] =
    before?.verdict === "failed"
      ? [before, undefined]
      : await Promise.all([runStages(stages, inputs), isKeyed ? stageKeysIfAny(stages, inputs) : undefined]);
  const ran = ended === before ? before : afterStages(before, { ...ended, stages: withKeys(ended.stages, keys) });
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
  return new PipelineRun(
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
  // A model that was found to be harmful, or only shows that the project works, is passed on to nobody.
  const goesNowhere = quickRefusal(model?.manifest ?? {}) !== "";
  const isHarmful = run.stages.some(({ name, status }) => name === scanModel.name && status === "failed");
  const tracked = await trackRun(context, inputs.tracking, {
    ...{ report, environments, deployments: delivered.deployments },
    folder: await reportFolder(context, report, run.evidence),
    model: isHarmful || goesNowhere ? undefined : model,
    stored: delivered.stages.find(({ name }) => name === STORE.name)?.status,
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
