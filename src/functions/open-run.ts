import type { Container, Directory } from "@dagger.io/dagger";
import { inShort } from "../adopt/diagnose.ts";
import { type DataContext, readContext } from "../context/context.ts";
import { CANARY_CHECKS } from "../delivery/canary.ts";
import { type Manifest, readManifest } from "../model/manifest.ts";
import type { Profile } from "../model/profile.ts";
import { Run } from "../objects/run.ts";
import { PROJECT } from "../pipeline.ts";
import { folderInRepository } from "../project/repository.ts";
import type { TrainingPlace } from "../remote/place.ts";
import { reportFolder } from "../report/folder.ts";
import { type RunLabels, unreadableReport } from "../report/report.ts";
import { requireBelieved, requireSigner } from "../stages/believed.ts";
import { checkKubeconfig } from "../stages/cluster-access.ts";
import type { PublishInputs, TrackingInputs } from "../stages/definition.ts";
import { checkPublishInputs } from "../stages/publish.ts";
import { stage } from "../stages/stage.ts";
import { checkEpochs } from "../stages/train.ts";
import { acceptedOf } from "./accepted.ts";
import { dataOf, givenInstead, type ProjectData } from "./data-folder.ts";
import { checkApproved, type JudgementRequest } from "./judgement.ts";
import { type Place, placeOfTraining, requirePlace } from "./place-of-training.ts";
import { refuseQuickDelivery } from "./profile.ts";
import { type DeliveryRequest, deliveryAddress, environmentsOf } from "./run-delivery.ts";
import type { Site } from "./site.ts";
import { trackingOf } from "./tracking.ts";

/* How all whole runs begin: those of the pipeline, and retrainings. */

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
): Promise<OpenedRun<Request> | Run> {
  const { settings } = site;
  checkApproved(given.approved, CANARY_CHECKS);
  checkEpochs(given.epochs);
  folderInRepository(given.labels.folder);
  refuseQuickDelivery(given.profile, given);
  const manifest = await manifestOf(given.baseline);
  const address = deliveryAddress(site, given);
  await checkKubeconfig(site.cluster);
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
    return new Run(JSON.stringify(report), await reportFolder(undefined, report));
  }
  const context = read.value;
  checkApproved(given.approved, CANARY_CHECKS, context.config.gates);
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
