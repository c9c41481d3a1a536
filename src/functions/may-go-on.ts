import type { Context } from "../context/context.ts";
import { digestOf, shortImage } from "../delivery/image-reference.ts";
import { approvalIn, isLater, reasonsForPerson, reasonToStay, releaseTagOf } from "../delivery/promotion.ts";
import type { Rollout } from "../delivery/rollout.ts";
import { assertStatus, RECORD } from "../delivery/rollout-words.ts";
import { isGuarded } from "../delivery/settings.ts";
import { UserError } from "../errors.ts";
import { parseReference } from "../registry/reference.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import { taggedImage } from "../stages/tagged-image.ts";
import type { Site } from "./site.ts";

/* What is asked before an image goes to an environment by itself: what runs where, and whether a person is to decide. */

/** What waits for a person: why, and how it goes on. */
export interface Waiting {
  readonly reasons: readonly string[];
  readonly next: string;
}

export interface GateRequest {
  readonly environment: string;
  /** By digest. */
  readonly image: string;
  /** What is noted of the image. */
  readonly records: Readonly<Record<string, string>>;
  /** The environment that it comes from, which must still run it. */
  readonly from?: string | undefined;
  /** The tag of the release, which must still stand for it. */
  readonly tag?: string | undefined;
  /** Why a person is to decide, in the words of the run. */
  readonly words?: readonly string[];
  /** The image that a person has approved. */
  readonly approved?: string | undefined;
  /** Whether nothing was pushed or deployed yet, so that neither the tag nor the environment before has the image. */
  readonly isAhead?: boolean;
}

/**
 * Finds out whether an image may go to an environment now.
 *
 * @returns what it waits for; undefined where it may go
 * @throws UserError where it may not
 */
export async function gateBefore(site: Site, context: Context, request: GateRequest): Promise<Waiting | undefined> {
  const { environment, image, from, tag, records, words = [], approved, isAhead = false } = request;
  if (tag !== undefined && !isAhead) await requireTag(site, context, image);
  if (from !== undefined && !isAhead) {
    const told = { environment: from, deployment: targetOf(context, from).deployment };
    const problem = reasonToStay(await statusIn(site, context, from), told, image);
    if (problem !== undefined) throw new UserError(`${problem} So it does not go on to ${environment}.`, "delivery");
  }
  const target = targetOf(context, environment);
  if (!isGuarded(environment, target)) return undefined;
  const running = await statusIn(site, context, environment);
  // What cannot be read of a guarded environment cannot say that nobody need decide.
  if (running.after === null) assertStatus(running, { environment, deployment: target.deployment });
  // The same image may have been released again under an earlier tag.
  refuseEarlier(running, image, environment);
  if (runs(running, image)) return undefined;
  if (approved !== undefined) return undefined;
  const reasons = reasonsForPerson(approvalIn(records), running);
  if (reasons.length === 0) return undefined;
  const isByRun = records[RECORD.approval] === "required" && words.length > 0;
  return { reasons: isByRun ? words : reasons, next: nextCall({ environment, image, from }) };
}

/** What a person types who has looked at it. The image stands in it, so that nothing else goes on by that. */
const nextCall = ({ environment, image, from }: Pick<GateRequest, "environment" | "image" | "from">): string =>
  from === undefined
    ? `ml-pipeline deploy --image=${image} --environment=${environment}`
    : `ml-pipeline promote --from=${from} --to=${environment} --approve-image=${image}`;

export const statusIn = (site: Site, context: Context, environment: string): Promise<Rollout> =>
  rollOut(context, site.cluster, { action: "status", target: targetOf(context, environment) });

/** Whether a deploy of an image to an environment has been made already. */
const runs = ({ after }: Rollout, image: string): boolean =>
  after !== null && after.records[RECORD.image] === after.image && digestOf(after.image) === digestOf(image);

/** @throws UserError for a release that is older than the one that runs */
function refuseEarlier({ after }: Rollout, image: string, environment: string): void {
  const [running, ours] = [releaseTagOf(after?.image ?? ""), releaseTagOf(image)];
  if (running === undefined || ours === undefined || !isLater(running, ours)) return;
  throw new UserError(
    `${environment} runs ${running} by now (${shortImage(after?.image ?? "")}), which is later than ${ours}: nothing was changed. \`rollback\`, or \`deploy --image=${image}\`, goes back on purpose.`,
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
