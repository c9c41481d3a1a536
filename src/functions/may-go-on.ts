import type { Context } from "../context/context.ts";
import { digestOf, shortImage } from "../delivery/image-reference.ts";
import { changeNote } from "../delivery/noted-change.ts";
import {
  approvalIn,
  isLater,
  type NotedApproval,
  notedModel,
  reasonsForPerson,
  reasonToStay,
  releaseTagOf,
} from "../delivery/promotion.ts";
import type { Rollout } from "../delivery/rollout.ts";
import { assertStatus, RECORD } from "../delivery/rollout-words.ts";
import { isGuarded } from "../delivery/settings.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import type { ImageVerdict } from "../evidence/image-verdict.ts";
import { approverText } from "../model/signed-approval.ts";
import { parseReference } from "../registry/reference.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import { taggedImage } from "../stages/tagged-image.ts";
import { approveCalls, letOnCall, type WaitingCall } from "./going-on.ts";
import { nextCall } from "./next-call.ts";
import { approvalAsks, approvalOfImage } from "./signed-approval.ts";
import { signedHashes } from "./signed-hashes.ts";
import type { Site } from "./site.ts";

/* What is asked before an image goes to an environment by itself: what runs where, and whether a person is to decide. */

/** What waits for a person: why, and how it goes on. */
export interface Waiting {
  readonly reasons: readonly string[];
  readonly next: string;
}

/** Whether it may go on. */
export interface Passage {
  /** What it waits for; absent where it may. */
  readonly waits?: Waiting;
  /** Who signed that it may, where somebody had to. */
  readonly approvedBy?: string;
}

export interface GateRequest extends WaitingCall {
  /** What is noted of the image. */
  readonly records: Readonly<Record<string, string>>;
  /** What a trusted key signed of it, where that was asked for: it counts, and not what is noted. */
  readonly signed?: ImageVerdict | undefined;
  /** Whether this very call found out what kind of change it is, so that nobody can have changed what is noted. */
  readonly isOwn?: boolean;
  /** The tag of the release, which must still stand for it. */
  readonly tag?: string | undefined;
  /** Why a person is to decide, in the words of the run. */
  readonly words?: readonly string[];
  /** The image that a person has approved. */
  readonly approved?: string | undefined;
  /** Whether it is only asked what would be: of a run, neither the tag nor the environment before need have the image. */
  readonly isAhead?: boolean;
}

/**
 * Finds out whether an image may go to an environment now.
 *
 * @throws UserError where it may not
 */
export async function gateBefore(site: Site, context: Context, request: GateRequest): Promise<Passage> {
  const { environment, image, from, tag, isAhead = false } = request;
  if (tag !== undefined && !isAhead) await requireTag(site, context, image);
  if (from !== undefined && !isAhead) {
    const told = { environment: from, workload: workloadOf(targetOf(context, from)) };
    const problem = reasonToStay(await statusIn(site, context, from), told, image);
    if (problem !== undefined) throw new UserError(`${problem} So it does not go on to ${environment}.`, "delivery");
  }
  const running = await guardedStatus(site, context, environment);
  if (running === undefined) return {};
  // The same image may have been released again under an earlier tag.
  refuseEarlier(site, running, image, environment);
  return decided(site, context, request, running);
}

/**
 * Finds out whether somebody who may has approved an image, for who deploys it by hand: where approvals are signed, calling is none.
 *
 * @throws UserError where nobody has
 */
export async function approvedBefore(site: Site, context: Context, request: GateRequest): Promise<Passage> {
  if (approvalAsks(context) === undefined) return {};
  const running = await guardedStatus(site, context, request.environment);
  if (running === undefined) return {};
  const { waits, approvedBy } = await decided(site, context, request, running);
  if (waits === undefined) return approvedBy === undefined ? {} : { approvedBy };
  if (request.isAhead === true) return { waits };
  throw new UserError(
    `${request.image} is not deployed to ${request.environment}, which is for a person to decide: ${waits.reasons.join("; ")}. Who has looked at it goes on with \`${waits.next}\`.`,
    "evidence",
  );
}

/** What runs in an environment that is guarded; undefined for one that is not. */
async function guardedStatus(site: Site, context: Context, environment: string): Promise<Rollout | undefined> {
  const target = targetOf(context, environment);
  if (!isGuarded(environment, target)) return undefined;
  const running = await statusIn(site, context, environment);
  // What cannot be read of a guarded environment cannot say that nobody need decide.
  if (running.after === null) assertStatus(running, { environment, workload: workloadOf(target) });
  return running;
}

/** Whether a person is to decide, and has. */
export async function decided(
  site: Site,
  context: Pick<Context, "config" | "evidence">,
  request: GateRequest,
  running: Rollout,
): Promise<Passage> {
  const { environment, image, records, signed, words = [], approved } = request;
  if (runs(running, image)) return {};
  const asks = approvalAsks(context);
  if (asks === undefined && approved !== undefined) return {};
  const said = saidOf(request, asks !== undefined);
  const believesNotes = signed === undefined && asks === undefined;
  const model = believesNotes ? notedModel(running) : await signedModel(site, context, running);
  const found = reasonsForPerson(said, model, context.config.approval.automatic);
  if (found.length === 0) return {};
  // The run knows more than what is kept of it, unless an image of an earlier run is there already.
  const isByRun = words.length > 0 && said.approval === "required" && isSame(said, approvalIn(records));
  const reasons = isByRun ? words : found;
  if (asks === undefined) return { waits: { reasons, next: letOnCall(site, context, request) } };
  const approval = await approvalOfImage(site, context, image, environment);
  if (typeof approval !== "string") return { approvedBy: approverText(approval) };
  return {
    waits: {
      reasons: [...reasons, `${asks} asks for a signed approval, and ${approval}`],
      next: approveCalls(site, context, request),
    },
  };
}

const NOTHING: NotedApproval = { approval: undefined, change: undefined, comparedWith: undefined };

const isSame = (one: NotedApproval, other: NotedApproval): boolean =>
  one.approval === other.approval &&
  changeNote(one.change) === changeNote(other.change) &&
  one.comparedWith === other.comparedWith;

const notedOf = ({ approval }: ImageVerdict): NotedApproval => ({
  approval: approval === undefined ? undefined : approval.required ? "required" : "none",
  change: approval?.change,
  comparedWith: approval?.comparedWith,
});

/** What is said of the change: by a signature where one is asked for, since whoever may change the Deployment may change what is noted there. */
function saidOf({ signed, records, isOwn = false }: GateRequest, asksForSignature: boolean): NotedApproval {
  if (signed !== undefined) return notedOf(signed);
  return isOwn || !asksForSignature ? approvalIn(records) : NOTHING;
}

/** The model that runs, by what a trusted key signed about its image; undefined where nothing says it. */
async function signedModel(
  site: Pick<Site, "registry">,
  context: Pick<Context, "evidence">,
  { after }: Rollout,
): Promise<string | undefined> {
  if (after === null) return undefined;
  const found = await signedHashes(site, context, after.image);
  return typeof found === "string" ? undefined : found.model;
}

export const statusIn = (site: Site, context: Context, environment: string): Promise<Rollout> =>
  rollOut(context, site.cluster, { action: "status", target: targetOf(context, environment) });

/** Whether a deploy of an image to an environment has been made already. */
const runs = ({ after }: Rollout, image: string): boolean =>
  after !== null && after.records[RECORD.image] === after.image && digestOf(after.image) === digestOf(image);

/** @throws UserError for a release that is older than the one that runs */
function refuseEarlier(site: Site, { after }: Rollout, image: string, environment: string): void {
  const [running, ours] = [releaseTagOf(after?.image ?? ""), releaseTagOf(image)];
  if (running === undefined || ours === undefined || !isLater(running, ours)) return;
  const again = nextCall(site, "deploy", [`--image=${image}`, `--environment=${environment}`]);
  throw new UserError(
    `${environment} runs ${running} by now (${shortImage(after?.image ?? "")}), which is later than ${ours}: nothing was changed. \`rollback\`, or \`${again}\`, goes back on purpose.`,
    "delivery",
  );
}

/** @throws UserError where the tag of a release stands for another image by now */
async function requireTag(site: Site, context: Context, image: string): Promise<void> {
  const { name, tag = "latest" } = parseReference(image, "--address");
  const there = await taggedImage(site.registry, `${name}:${tag}`, context.evidence);
  if (there?.digest === digestOf(image)) return;
  throw new UserError(
    `${name}:${tag} stands for ${there?.digest ?? "nothing"} by now, and this release pushed ${digestOf(image)}: another release has the same tag.`,
    "delivery",
  );
}
