import type { Directory, File } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { CANARY_CHECKS } from "../delivery/canary.ts";
import type { Deployed } from "../delivery/deployed.ts";
import { isReleaseTag } from "../delivery/promotion.ts";
import { releaseOrder } from "../delivery/settings.ts";
import { UserError } from "../errors.ts";
import type { ImageVerdict } from "../evidence/image-verdict.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { RegistryError } from "../registry/error.ts";
import type { RunLabels } from "../report/report.ts";
import type { Approval } from "../stages/approval.ts";
import { checkAccess } from "../stages/cluster-access.ts";
import type { AnsweredRequest } from "../stages/evidence.ts";
import { targetOf } from "../stages/roll-out.ts";
import { type Outcome, type StageReport, type StageTitle, skipped, skippedStage, stage } from "../stages/stage.ts";
import { taggedImage } from "../stages/tagged-image.ts";
import { checkPointer } from "../store/move.ts";
import { type CanaryRequest, canaryInputs } from "./canary.ts";
import { DEPLOY, type Delivered, deliver, KEPT, type StoredVersion } from "./delivering.ts";
import { causeText, recordsOf } from "./deploy.ts";
import { letOnCall, sameCall } from "./going-on.ts";
import { checkLink } from "./link.ts";
import { gateBefore } from "./may-go-on.ts";
import { movePointerTo, storeIn } from "./model-store.ts";
import type { Site } from "./site.ts";
import { overtaken } from "./still-runs.ts";
import { movedText, putModel, refuseFolder } from "./store-model.ts";
import { requireOwnTrusted } from "./verified-image.ts";
import { imageVerifier } from "./verify-image.ts";

/* What a run does with an image that it has pushed: environments that it goes to, and the store's pointer. */

export interface DeliveryRequest {
  /** Where the image is pushed to. */
  readonly address?: string | undefined;
  /** One environment to deploy to. */
  readonly environment?: string | undefined;
  /** The tag of a release, which goes through all environments of its order. */
  readonly tag?: string | undefined;
  /** The pointer of the model store that is moved to the model. */
  readonly storeAs?: string | undefined;
  /** Where the report can be read. */
  readonly link?: string | undefined;
  /** What canaries are asked about. */
  readonly requests?: File | undefined;
  /** Gates, and checks of a canary, that a person has looked at. */
  readonly approved?: readonly string[] | undefined;
  /** Whether the caller gets a text alone, and no report to deploy with. */
  readonly isTextOnly?: boolean | undefined;
  /** Whether it is only said what would be pushed, deployed and stored. */
  readonly dryRun?: boolean | undefined;
}

/** The store's pointer. */
export const STORE: StageTitle = { name: "store", step: "Store" };

/**
 * Checks what can be checked of a call without the project.
 *
 * @returns where the image is pushed to, with the tag of the release
 * @throws UserError
 */
export function deliveryAddress(site: Site, request: DeliveryRequest): string | undefined {
  const { address, environment, tag, storeAs, link } = request;
  checkLink(link, "delivery");
  if (storeAs !== undefined) {
    checkPointers(storeAs, "--store-as");
    refuseFolder(site, `--store-as=${storeAs}`);
  }
  if (tag === undefined && environment === undefined) return address;
  if (tag !== undefined && environment !== undefined) {
    throw new UserError(
      "--tag and --environment say two things: a release goes through all environments of release.order. Give one of them.",
      "delivery",
    );
  }
  const flag = tag === undefined ? "--environment" : "--tag";
  if (address === undefined) {
    throw new UserError(`${flag} deploys what was pushed: give --address=REGISTRY/NAME as well.`, "delivery");
  }
  checkAccess(site.cluster);
  if (tag === undefined) return address;
  if (!isReleaseTag(tag)) {
    throw new UserError(`--tag=${tag}: expected v and a semantic version, such as v1.2.0 or v1.2.0-rc.1.`, "delivery");
  }
  if (/:[^/]*$/.test(address)) {
    throw new UserError(
      `--address=${address}: the tag of a release is that of --tag: give REGISTRY/NAME alone.`,
      "delivery",
    );
  }
  return `${address}:${tag}`;
}

/** @throws UserError for a call that could be answered from the cache although it is to deliver something */
export function requireRunIdToDeliver({
  environment,
  storeAs,
  labels: { runId },
}: DeliveryRequest & { readonly labels: RunLabels }): void {
  if (runId !== undefined || (environment === undefined && storeAs === undefined)) return;
  const flag = environment === undefined ? `--store-as=${storeAs}` : `--environment=${environment}`;
  throw new UserError(
    `${flag}: an unchanged call of full-pipeline is answered from the cache, and would deliver nothing. Give --run-id as well, such as the number of the job; or call \`run … assert\`, which always runs.`,
    "delivery",
  );
}

/**
 * The environments that a run goes to, in their order.
 *
 * @throws UserError for one that is not there, for a canary that there is nothing to ask, for a store that is needed and none, for a signature that would not count, and for a tag that is taken, before anything is trained
 */
export async function environmentsOf(
  site: Site,
  context: Context,
  request: DeliveryRequest,
): Promise<readonly string[]> {
  const { environment, tag, storeAs } = request;
  const environments = environment !== undefined ? [environment] : tag !== undefined ? orderOf(context) : [];
  const pointers = environments.flatMap((name) => {
    const { pointer } = targetOf(context, name);
    return pointer === undefined ? [] : [{ pointer, flag: `deploy.${name}.pointer` }];
  });
  for (const { pointer, flag } of pointers) checkPointers(pointer, flag);
  const [first] = pointers;
  if (first !== undefined) refuseFolder(site, first.flag);
  if (first !== undefined || storeAs !== undefined) storeIn(site, context, "writes");
  if (environments.length > 0) requireOwnTrusted(context);
  for (const name of environments) await canaryInputs(context, targetOf(context, name), canaryRequest(request, name));
  if (tag !== undefined) await requireFree(site, context, request);
  return environments;
}

const isCheck = (name: string): boolean => CANARY_CHECKS.some((check) => check === name);

const canaryRequest = (
  { approved = [], requests }: Pick<DeliveryRequest, "approved" | "requests">,
  environment: string,
): CanaryRequest => ({ environment, approved: approved.filter(isCheck), requests });

function orderOf(context: Context): readonly string[] {
  const { release, deploy } = context.config;
  for (const name of release.order ?? []) targetOf(context, name, `release.order = ${name}`);
  const order = releaseOrder(release, deploy);
  if (order.length > 0) return order;
  throw new UserError(
    "Nothing says where a release goes to: add a table [tool.ml-pipeline.deploy.staging], deploy.production, or both; release.order names others.",
    "delivery",
  );
}

/** @throws UserError for a tag that a trusted key signed another source for: its release need not be trained to be refused */
async function requireFree(site: Site, context: Context, request: DeliveryRequest): Promise<void> {
  const address = deliveryAddress(site, request);
  if (address === undefined) return;
  const there = await ifItAnswers(taggedImage(site.registry, address, context.evidence));
  if (there?.judged === undefined) return;
  const { app } = await fingerprint(context, { app: context.project.app });
  if (app.sha256 === there.judged.source) return;
  throw new UserError(
    `${address} stands for another image already, ${there.digest}: it was made from the source ${there.judged.source}, and this is ${app.sha256}. A release's tag is never moved: take a new one.`,
    "delivery",
  );
}

/** A registry that does not answer now may when the image is pushed, which says it better. */
const ifItAnswers = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof RegistryError) return undefined;
    throw error;
  });

/** What a run knows of an image that it has pushed. */
export interface PushedRun {
  readonly environments: readonly string[];
  readonly request: DeliveryRequest;
  /** `name:tag@sha256:…`; undefined where nothing was pushed. */
  readonly published: string | undefined;
  /** What stands for an image that a dry run would push. */
  readonly unpushed: string | undefined;
  /** The stage that failed before; undefined where all passed. */
  readonly failed: StageReport | undefined;
  readonly hashes: { readonly source: string; readonly data: string; readonly model: string } | undefined;
  readonly approval: Approval | undefined;
  readonly answered: AnsweredRequest | undefined;
  readonly labels: RunLabels;
  /** Why the model takes another one's place, for the history of the pointer; undefined where nothing but the run says it. */
  readonly because?: string | undefined;
  /** The model with its verdict, the report of the run so far, and its predictions. */
  readonly parts: () => Promise<{
    readonly model: Directory;
    readonly report: Directory;
    readonly predictions: Directory | undefined;
  }>;
}

export interface RunDelivered {
  readonly stages: readonly StageReport[];
  readonly deployments: readonly Deployed[];
  /** With what was found of the environments. */
  readonly approval: Approval | undefined;
}

/** Goes through the environments, and moves the store's pointer after all of them. */
export async function deliverRun(site: Site, context: Context, run: PushedRun): Promise<RunDelivered> {
  const { environments, request } = run;
  const { dryRun = false } = request;
  const stored = once(async (): Promise<StoredVersion> => {
    const open = storeIn(site, context, "writes");
    const { put, store } = await putModel(open, await run.parts(), dryRun);
    // The version that a run stores has the times of its report in it.
    return { open: { ...open, store }, version: dryRun ? "the version that the run stores" : put.version };
  });
  const stages: StageReport[] = [];
  const deployments: Deployed[] = [];
  let stopped = run.failed === undefined ? "" : `after ${run.failed.name} failed`;
  let waiting: Storing["waiting"];
  let { approval } = run;
  for (const [index, environment] of environments.entries()) {
    const title = request.tag === undefined ? DEPLOY : { ...DEPLOY, name: `deploy ${environment}` };
    const image = run.published ?? (dryRun ? run.unpushed : undefined);
    if (stopped !== "" || image === undefined) {
      stages.push(skippedStage(title, stopped === "" ? "nothing was pushed" : stopped).report);
      continue;
    }
    const isStored = environments.slice(0, index).some((before) => targetOf(context, before).pointer !== undefined);
    const step = { environment, title, image, from: environments[index - 1], stored, isStored };
    const { report, deployed, waits } = await deliverTo(site, context, run, step);
    stages.push(report);
    deployments.push(deployed);
    if (waits !== undefined) {
      stopped = `${environment} ${dryRun ? "would wait" : "waits"} for a person`;
      waiting = { environment };
      approval = { ...approval, required: true, reasons: waits.reasons };
    } else if (deployed.outcome === "waiting") stopped = `${environment} waits for a person`;
    else if (report.status === "failed") stopped = `after ${report.name} failed`;
  }
  if (request.storeAs !== undefined) {
    const storing = { pointer: request.storeAs, stopped, waiting, stored };
    stages.push((await stage(STORE, () => storeAs(site, context, run, storing))).report);
  }
  return { stages, deployments, approval };
}

interface Step {
  readonly environment: string;
  readonly title: StageTitle;
  readonly image: string;
  /** The environment before it. */
  readonly from: string | undefined;
  readonly stored: () => Promise<StoredVersion>;
  /** Whether the pointer of an environment before it stands at the model. */
  readonly isStored: boolean;
}

/** Goes to one environment, unless it waits for a person. */
async function deliverTo(
  site: Site,
  context: Context,
  { request, hashes, approval, answered, labels, published, because }: PushedRun,
  { environment, title, image, from, stored, isStored }: Step,
): Promise<Delivered> {
  const { tag, link, dryRun = false } = request;
  const waiting = {
    ...{ environment, image, from },
    hasReport: request.isTextOnly !== true && from === undefined,
    hasRequests: request.requests !== undefined,
  };
  const judged = { verdict: "passed", hashes: hashesOf(hashes), approval } as const;
  const records = recordsOf(judged, link);
  const delivery = {
    ...{ environment, image, title, stored, records, link, recorded: answered, because, dryRun },
    isUnpushed: published === undefined,
    cause: causeText(tag === undefined ? "deploy" : `release ${tag}`, image, {
      ...{ verdict: judged.verdict, runId: labels.runId, project: { commit: labels.commit } },
    }),
    canary: canaryRequest(request, environment),
    gate: (signed: ImageVerdict | undefined) =>
      gateBefore(site, context, {
        ...{ ...waiting, records, tag, signed, isOwn: true },
        ...{ words: approval?.reasons ?? [], isAhead: dryRun },
      }),
    letOn: (checks: readonly string[]) =>
      from === undefined ? sameCall(checks) : letOnCall(site, context, waiting, checks),
    keep: isStored
      ? undefined
      : (pointer: string) => keptText(stored, { pointer, environment, image, because, dryRun }),
  };
  return deliver(site, context, delivery, imageVerifier(site.registry));
}

/** Where the model stands whose image waits for a person before an environment with a pointer. */
const waitingPointer = (pointer: string): string => `${pointer}-waiting`;

/** @throws UserError for what is no name of a pointer, or too long a one for that of what waits */
function checkPointers(pointer: string, flag: string): void {
  checkPointer(pointer, flag);
  checkPointer(
    waitingPointer(pointer),
    flag,
    `${pointer}, whose model stands at ${waitingPointer(pointer)} while it waits`,
  );
}

interface Kept extends Pick<PushedRun, "because"> {
  readonly pointer: string;
  readonly environment: string;
  readonly image: string;
  readonly dryRun: boolean;
}

/** Stores the model for the deploy that goes on, which knows a version only by a pointer that stands at it. */
async function keptText(
  stored: () => Promise<StoredVersion>,
  { pointer: after, environment, image, because, dryRun }: Kept,
): Promise<string> {
  const { open, version } = await stored();
  const pointer = waitingPointer(after);
  const reason = [because, `${image} waits for a person before ${environment}`].filter((one) => one !== undefined);
  const moved = await movePointerTo(open, { pointer, version, reason: reason.join("; "), dryRun });
  return movedText(moved, { pointer, version, dryRun });
}

/** What the pointer of `--store-as` is moved by. */
interface Storing {
  readonly pointer: string;
  /** Why the image does not run everywhere it is to; empty where it does. */
  readonly stopped: string;
  /** The environment that waits for a person; undefined where none does. */
  readonly waiting: Pick<Step, "environment"> | undefined;
  readonly stored: () => Promise<StoredVersion>;
}

async function storeAs(
  site: Site,
  context: Context,
  { request, published: image, environments, because }: PushedRun,
  { pointer, stopped, waiting, stored }: Storing,
): Promise<Outcome<void>> {
  const { dryRun = false, tag } = request;
  if (stopped !== "") {
    const text = `${pointer} ${dryRun ? "would not be" : "is not"} moved: ${stopped}`;
    if (waiting === undefined || image === undefined) return skipped(text);
    const kept = await keptText(stored, { ...waiting, pointer, image, because, dryRun });
    return skipped(`${text}; ${KEPT} ${kept}`);
  }
  const { open, version } = await stored();
  const reason = [because, tag, image].filter((one) => one !== undefined).join(" ");
  const environment = environments.at(-1);
  const runs = environment === undefined || image === undefined ? undefined : { environment, image };
  // Another run may have deployed meanwhile, and moves the pointer itself.
  const stays = runs === undefined ? undefined : () => overtaken(site, context, runs);
  const moved = await movePointerTo(open, { pointer, version, reason, stays, dryRun });
  const message = movedText(moved, { pointer, version, dryRun });
  return dryRun ? skipped(message) : { status: "passed", message, value: undefined };
}

const hashesOf = (hashes: PushedRun["hashes"]): { source?: string; data?: string; model?: string } =>
  hashes === undefined ? {} : { source: hashes.source, data: hashes.data, model: hashes.model };

/** The same call once, whoever asks first. */
function once<T>(call: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= call();
    return made;
  };
}
