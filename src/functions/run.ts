import type { Directory } from "@dagger.io/dagger";
import { inShort } from "../adopt/diagnose.ts";
import { usableGpuMode } from "../containers/gpu.ts";
import type { RegistryAccess } from "../context/access.ts";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { type Manifest, readManifest } from "../model/manifest.ts";
import { PipelineRun } from "../objects/pipeline-run.ts";
import { PIPELINE, PROJECT, runStages } from "../pipeline.ts";
import { reportFolder } from "../report/folder.ts";
import { makeReport, type RunLabels, unreadableReport } from "../report/report.ts";
import { approvalOf } from "../stages/approval.ts";
import { ATTEST, attest, type ImageFacts, imageFacts } from "../stages/attest.ts";
import { requireBelieved, requireSigner } from "../stages/believed.ts";
import { buildImage } from "../stages/build-image.ts";
import type { RunInputs, StageData } from "../stages/definition.ts";
import { evaluateCandidate } from "../stages/evaluate.ts";
import { checkPublishInputs, publish } from "../stages/publish.ts";
import { isTracked } from "../stages/pull-data.ts";
import { failedJudgement, type Judgement, judgedModel, withSignature } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { stage } from "../stages/stage.ts";
import { checkEpochs, train } from "../stages/train.ts";
import { acceptedOf, requireRunId } from "./accepted.ts";
import { modelImage } from "./build-image.ts";
import { latestData } from "./data.ts";
import { dataOf, givenInstead, type ProjectData } from "./data-folder.ts";
import { checkApproved, type JudgementRequest } from "./judgement.ts";
import type { Site } from "./site.ts";

/** The arguments of a whole run. */
export interface RunRequest extends ProjectData, JudgementRequest {
  readonly epochs: number;
  /** The model of an earlier run. */
  readonly reuse?: Directory | undefined;
  /** Where to push the image; nothing is pushed without it. */
  readonly address?: string | undefined;
  /** Whether what comes after a failed check runs all the same. */
  readonly keepGoing: boolean;
  readonly labels: RunLabels;
}

/** The same as text; fails when the run did. Its call may be answered from a cache. */
export async function fullPipeline(site: Site, request: RunRequest): Promise<string> {
  requireRunId(request.labels.runId, request);
  return (await runPipeline(site, request)).assert();
}

/** Runs the whole pipeline and records it. A project that cannot be read makes a failed run with a report, like any other failure. */
export async function runPipeline(site: Site, request: RunRequest): Promise<PipelineRun> {
  const { settings } = site;
  checkApproved(request.approved);
  checkEpochs(request.epochs);
  const given = await manifestOf(request.baseline);
  if (request.address !== undefined) checkPublishInputs({ address: request.address, ...site.registry });
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
  if (request.address !== undefined) requireSigner(read.value);
  const { baseline, production } = await acceptedOf(site, read.value, request);
  const accepted = request.baseline === undefined ? await manifestOf(baseline) : given;
  if (baseline !== undefined) {
    await requireBelieved(read.value, { model: baseline, manifest: accepted, flag: "--baseline" });
  }
  const { epochs, reuse, address, approved, keepGoing } = request;
  const { data } = read.value;
  return recordOf(site, request, accepted, {
    ...{ context: read.value, data, baseline, production, approved, keepGoing, dvc: site.dvc },
    tracked: await isTracked(read.value),
    training: { epochs, gpu, reuse },
    publish: address === undefined ? undefined : { address, ...site.registry },
  });
}

/** What is said of an accepted model; undefined without one, and for one that this pipeline did not train. */
const manifestOf = async (baseline: Directory | undefined): Promise<Manifest | undefined> =>
  baseline === undefined ? undefined : readManifest(baseline, "--baseline");

/**
 * Runs the stages, and makes a record of their results.
 *
 * @param accepted what is said of the accepted model
 */
async function recordOf(
  site: Site,
  { labels }: RunRequest,
  accepted: Manifest | undefined,
  inputs: RunInputs & Pick<DataContext, "data">,
): Promise<PipelineRun> {
  const ran = await runStages(PIPELINE, inputs);
  const model = ran.value(train);
  const image = ran.value(buildImage);
  const context: DataContext = { ...inputs.context, data: inputs.data };
  const judged = model === undefined ? undefined : await judgedModel(context, model.manifest, ran);
  const facts =
    image === undefined || judged === undefined ? undefined : await imageFacts(context, image, judged, labels);
  const run = await withAttestation(context, ran, facts, inputs.publish);
  const report = await makeReport(context, {
    ...run,
    approval:
      run.verdict === "passed" && judged !== undefined
        ? approvalOf(context, { before: accepted, now: judged, gates: run.evidence.gates ?? [] })
        : undefined,
    ...{ labels, model, image, published: run.value(publish), training: inputs.training },
    inputs: contextWith(context, latestData(run, inputs)),
  });
  return new PipelineRun(
    JSON.stringify(report),
    await reportFolder(context, report, run.evidence.tests),
    model === undefined || judged === undefined ? undefined : withSignature(context, model.directory, judged),
    image === undefined ? undefined : modelImage(site, image, heldBackBy(ran), facts),
    predictionsOf(run.value(evaluateCandidate)),
  );
}

/** A run with what became of the evidence about its image, where that was pushed. */
async function withAttestation(
  { evidence }: Context,
  run: StagesResult,
  facts: ImageFacts | undefined,
  access: RegistryAccess | undefined,
): Promise<StagesResult> {
  const published = run.value(publish);
  if (published === undefined || facts === undefined) return run;
  const { report } = await stage(ATTEST, () => attest({ ...access, published, facts, signer: evidence.signer }));
  return { ...run, stages: [...run.stages, report], verdict: report.status === "failed" ? "failed" : run.verdict };
}

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
