import type { Directory } from "@dagger.io/dagger";
import { inShort } from "../adopt/diagnose.ts";
import { usableGpuMode } from "../containers/gpu.ts";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { CANARY_CHECKS } from "../delivery/canary.ts";
import { unpushedImage } from "../delivery/image-reference.ts";
import { newId } from "../journal/entry.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { type Manifest, readManifest } from "../model/manifest.ts";
import { PipelineRun } from "../objects/pipeline-run.ts";
import { PIPELINE, PROJECT, runStages } from "../pipeline.ts";
import { type PlannedCost, plannedCost } from "../report/cost.ts";
import { reportFolder } from "../report/folder.ts";
import { planText } from "../report/plan.ts";
import { makeReport, type Report, type RunLabels, unreadableReport } from "../report/report.ts";
import { type Approval, approvalOf, neededApproval } from "../stages/approval.ts";
import { ATTEST, attest, type ImageFacts, imageFacts, plannedAttestation } from "../stages/attest.ts";
import { requireBelieved, requireSigner } from "../stages/believed.ts";
import { buildImage } from "../stages/build-image.ts";
import type { PublishInputs, RunInputs, StageData } from "../stages/definition.ts";
import { evaluateCandidate } from "../stages/evaluate.ts";
import { checkPublishInputs, publish } from "../stages/publish.ts";
import { isTracked } from "../stages/pull-data.ts";
import { failedJudgement, type Judgement, judgedModel, withSignature } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { failedStage, type StageReport, skippedStage, stage } from "../stages/stage.ts";
import { checkEpochs, train } from "../stages/train.ts";
import { acceptedOf, requireRunId } from "./accepted.ts";
import { type Reserved, reserve } from "./budget.ts";
import { modelImage } from "./build-image.ts";
import { latestData } from "./data.ts";
import { dataOf, givenInstead, type ProjectData } from "./data-folder.ts";
import { isJournaled, noteRun } from "./journal.ts";
import { checkApproved, type JudgementRequest } from "./judgement.ts";
import { planOf } from "./plan.ts";
import {
  type DeliveryRequest,
  deliverRun,
  deliveryAddress,
  environmentsOf,
  type RunDelivered,
  requireRunIdToDeliver,
} from "./run-delivery.ts";
import type { Site } from "./site.ts";

/** The arguments of a whole run. */
export interface RunRequest extends ProjectData, JudgementRequest, DeliveryRequest {
  readonly epochs: number;
  /** The model of an earlier run. */
  readonly reuse?: Directory | undefined;
  /** Whether what comes after a failed check runs all the same. */
  readonly keepGoing: boolean;
  readonly labels: RunLabels;
  /** Reports of earlier runs, at any depth, to plan by. */
  readonly history?: Directory | undefined;
  /** Whether the plan is printed before anything runs. */
  readonly isPlannedFirst?: boolean | undefined;
}

/** The same as text; fails when the run did. Its call may be answered from a cache. */
export async function fullPipeline(site: Site, request: RunRequest): Promise<string> {
  requireRunId(request.labels.runId, request);
  requireRunIdToDeliver(request);
  return (await runPipeline(site, { ...request, isTextOnly: true })).conclusion(PAGE_HINT);
}

/** The text alone has no report, and the same call with a record of it is answered from the cache. */
const PAGE_HINT =
  "All numbers are on a page, which `run` in place of `full-pipeline` writes, with `report export --path=report/` after its arguments.";

/** Runs the whole pipeline and records it. A project that cannot be read makes a failed run with a report, like any other failure. */
export async function runPipeline(site: Site, request: RunRequest): Promise<PipelineRun> {
  const { settings } = site;
  checkApproved(request.approved, CANARY_CHECKS);
  checkEpochs(request.epochs);
  const given = await manifestOf(request.baseline);
  const address = deliveryAddress(site, request);
  if (address !== undefined) checkPublishInputs({ address, ...site.registry });
  const gpu = await usableGpuMode(site.gpu, settings);
  const since = Date.now();
  const read = await stage<DataContext>(PROJECT, async () => {
    const project = await readContext(request.source, site, { since });
    const context = { ...project, data: await dataOf(project, request) };
    return {
      status: "passed",
      message: `configuration as it should be; the project ${inShort(context.project)}${givenInstead(context, request)}`,
      value: context,
    };
  });
  if (!("value" in read)) {
    const report = unreadableReport({ settings, since }, read.report, request.labels);
    return new PipelineRun(JSON.stringify(report), await reportFolder(undefined, report));
  }
  if (address !== undefined) requireSigner(read.value);
  const environments = await environmentsOf(site, read.value, request);
  const { baseline, production } = await acceptedOf(site, read.value, request);
  const accepted = request.baseline === undefined ? await manifestOf(baseline) : given;
  if (baseline !== undefined) {
    await requireBelieved(read.value, { model: baseline, manifest: accepted, flag: "--baseline" });
  }
  const { epochs, reuse, approved, keepGoing } = request;
  const { data } = read.value;
  const inputs = {
    ...{ context: read.value, data, baseline, production, approved, keepGoing, dvc: site.dvc },
    tracked: await isTracked(read.value),
    training: { epochs, gpu, reuse },
    publish: address === undefined ? undefined : publishInputs(site, request, address),
  };
  const id = newId(since);
  const planned = await planFirst(site, inputs, request);
  const reserved = await reserve(site, read.value, {
    ...{ id, planned: planned?.total.middle, dryRun: request.dryRun === true },
  });
  return recordOf(site, { ...request, environments, id, planned, reserved }, accepted, inputs);
}

/** What the run is expected to take and cost, where there is something to tell it by, or somebody asks. */
async function planFirst(
  site: Site,
  inputs: RunInputs & Pick<DataContext, "data">,
  { epochs, history, isPlannedFirst = false }: RunRequest,
): Promise<PlannedCost | undefined> {
  const isAsked = isPlannedFirst || history !== undefined || inputs.context.config.cost.budget !== undefined;
  if (!isAsked && !isJournaled(site, inputs.context)) return undefined;
  const plan = await planOf(site, inputs, { epochs, history });
  // A function that gives a record has no other way to say it before: both engines show what it prints.
  if (isPlannedFirst) console.info(planText(plan));
  return plannedCost(plan);
}

const publishInputs = (site: Site, { tag, dryRun = false }: RunRequest, address: string): PublishInputs => ({
  ...{ address, isRelease: tag !== undefined, dryRun },
  ...site.registry,
});

/** What is said of an accepted model; undefined without one, and for one that this pipeline did not train. */
const manifestOf = async (baseline: Directory | undefined): Promise<Manifest | undefined> =>
  baseline === undefined ? undefined : readManifest(baseline, "--baseline");

/** What is known of a run before its first stage. */
interface PreparedRun {
  readonly environments: readonly string[];
  readonly id: string;
  readonly planned: PlannedCost | undefined;
  readonly reserved: Reserved | undefined;
}

/**
 * Runs the stages, and makes a record of their results.
 *
 * @param accepted what is said of the accepted model
 */
async function recordOf(
  site: Site,
  request: RunRequest & PreparedRun,
  accepted: Manifest | undefined,
  inputs: RunInputs & Pick<DataContext, "data">,
): Promise<PipelineRun> {
  const { labels, dryRun = false } = request;
  const ran = await runStages(PIPELINE, inputs);
  const [model, image, published] = [ran.value(train), ran.value(buildImage), ran.value(publish)];
  const context: DataContext = { ...inputs.context, data: inputs.data };
  const judged = model === undefined ? undefined : await judgedModel(context, model.manifest, ran);
  const decided =
    ran.verdict === "passed" && judged !== undefined
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
        id: request.id,
        planned: request.planned,
        approval: found,
        labels,
        model,
        image,
        published: published?.reference,
        training: inputs.training,
        dryRun,
      },
      inputs: contextWith(context, latestData(run, inputs)),
    });
  const delivered = await deliverRun(site, context, {
    ...{ request, environments: request.environments, approval, labels, published: published?.reference },
    unpushed: inputs.publish === undefined ? undefined : unpushedImage(inputs.publish.address),
    ...{ failed: failedStage(attested.stages), hashes: judged, answered: attested.evidence.answered },
    parts: async () => {
      if (signed === undefined) throw new Error("a model was to be stored without one");
      const report = await reportFolder(context, await reported(attested, approval), attested.evidence);
      return { model: signed, report, predictions };
    },
  });
  const whole = withDelivery(attested, delivered);
  const { reserved } = request;
  const made = await reported(whole, delivered.approval);
  const ended = reserved === undefined ? made : { ...made, stages: [reserved.report, ...made.stages] };
  await reserved?.end(ended);
  const noted = await noteRun(site, context, ended);
  const report = noted === undefined ? ended : { ...ended, stages: [...ended.stages, noted] };
  return new PipelineRun(
    JSON.stringify(report),
    await reportFolder(context, report, whole.evidence),
    signed,
    image === undefined ? undefined : modelImage(site, image, heldBackBy(ran), facts),
    predictions,
  );
}

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
