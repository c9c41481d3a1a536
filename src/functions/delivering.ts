import type { Context } from "../context/context.ts";
import { type Deployed, deployedOf, notDeployed, plannedOnly, waitingFor } from "../delivery/deployed.ts";
import { changeIn, changeNote } from "../delivery/noted-change.ts";
import type { Rollout } from "../delivery/rollout.ts";
import {
  assertRollout,
  goOnCall,
  newsLine,
  RECORD,
  rolloutLine,
  type Told,
  unsureOf,
} from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import type { ImageVerdict, ImageVerifier } from "../evidence/image-verdict.ts";
import { projectName } from "../project/name.ts";
import { newsOfDelivery } from "../report/notice.ts";
import type { AnsweredRequest } from "../stages/evidence.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import { type Outcome, type StageReport, type StageTitle, skipped, stage } from "../stages/stage.ts";
import type { MadeOf } from "../store/which.ts";
import { type CanaryRequest, canaryInputs, canaryOf } from "./canary.ts";
import { SAME_CALL } from "./going-on.ts";
import { requireThere } from "./image-by-digest.ts";
import type { Passage, Waiting } from "./may-go-on.ts";
import { movePointerTo, type OpenStore, requireSignedMove } from "./model-store.ts";
import type { Site } from "./site.ts";
import { overtaken } from "./still-runs.ts";
import { movedText } from "./store-model.ts";
import { tell } from "./tell.ts";
import { verifiedImage } from "./verified-image.ts";

/* An image goes to an environment: its verdict is verified, the cluster runs it, and the store's pointer follows. */

export interface Delivery {
  readonly environment: string;
  /** By digest. */
  readonly image: string;
  /** Whether a dry run is about an image that it has not pushed, so that no registry has anything to say of it. */
  readonly isUnpushed?: boolean;
  /** The first request to the judged image, with its answer. */
  readonly recorded?: AnsweredRequest | undefined;
  /** Annotations about the image. */
  readonly records: Readonly<Record<string, string>>;
  /** What a person says of a canary, where the environment asks for one. */
  readonly canary?: Pick<CanaryRequest, "approved" | "requests">;
  /** What `kubectl rollout history` shows. */
  readonly cause: string;
  readonly link?: string | undefined;
  readonly dryRun: boolean;
  /**
   * The model in the store that the environment's pointer is moved to; called before anything is changed.
   *
   * @param hashes what the image was made of, as a trusted key signed it where that is asked for
   */
  readonly stored: (hashes: MadeOf) => Promise<StoredVersion>;
  /** The name that the stage has in the report. */
  readonly title?: StageTitle;
  /** Why the model takes another one's place, for the history of the pointer. */
  readonly because?: string | undefined;
  /**
   * What is asked before anything is changed.
   *
   * @param signed what a trusted key signed of the image, where that is asked for
   */
  readonly gate?: (signed: ImageVerdict | undefined) => Promise<Passage>;
  /**
   * How a person lets a canary go on of which too little was shown, so that it waits for one; without it the deploy fails then.
   *
   * @param checks those that were not shown
   */
  readonly letOn?: (checks: readonly string[]) => string;
  /**
   * Stores the model of what waits for a person, where the deploy that goes on could not find it otherwise.
   *
   * @param pointer the environment's own
   * @returns a line about it
   */
  readonly keep?: ((pointer: string) => Promise<string>) | undefined;
}

/** A version in a store that is open. */
export interface StoredVersion {
  readonly open: OpenStore;
  readonly version: string;
}

export interface Delivered {
  readonly report: StageReport;
  readonly deployed: Deployed;
  /** What it waits for, where it does. */
  readonly waits: Waiting | undefined;
  /** All of it, for a person. */
  readonly text: string;
}

export const DEPLOY: StageTitle = { name: "deploy", step: "Deploy" };

/** What comes before the line about the model of what waits. */
export const KEPT = "its model in the store:";

/**
 * Lets an environment run an image; a failure of that is no error but a failed stage.
 *
 * @param verifier is asked for the signed verdict of the image, where the site or the project asks for one
 */
export async function deliver(
  site: Site,
  context: Context,
  delivery: Delivery,
  verifier: ImageVerifier,
): Promise<Delivered> {
  const { environment, image, dryRun, title = DEPLOY } = delivery;
  const target = targetOf(context, environment);
  // A mistake of the call is told to who made it, and to nobody else: nothing was begun.
  const asked = await canaryInputs(context, target, { environment, approved: [], ...delivery.canary });
  let told: Told = { environment, workload: workloadOf(target), canary: target.canary };
  let news: string | undefined;
  let deployed = notDeployed(environment, image);
  let text: string | undefined;
  let waits: Waiting | undefined;
  let isTold = false;
  const wait = async (found: Waiting): Promise<Outcome<void>> => {
    const kept = target.pointer === undefined ? undefined : await delivery.keep?.(target.pointer);
    waits = found;
    deployed = dryRun ? plannedOnly(environment, image) : waitingFor(environment, image, found.next);
    const text = waitingText(environment, found, dryRun);
    return skipped(kept === undefined ? text : `${text}; ${KEPT} ${kept}`);
  };
  const { report } = await stage(title, async (): Promise<Outcome<void>> => {
    const { recorded, cause, gate, letOn } = delivery;
    const signed =
      delivery.isUnpushed === true ? undefined : await verifiedImage(context, image, verifier, toldHashes(delivery));
    // A signed verdict was read from the registry, which so has the image.
    const isAsked = dryRun && delivery.isUnpushed !== true && signed === undefined;
    const unasked = isAsked ? await requireThere(site.registry, image) : undefined;
    // What a trusted key signed counts, and not what anybody may have noted.
    const records = signed === undefined ? delivery.records : { ...delivery.records, ...recordsOfVerdict(signed) };
    const { waits: before, approvedBy } = (await gate?.(signed)) ?? {};
    if (before !== undefined) return wait(before);
    const stored =
      target.pointer === undefined ? undefined : await delivery.stored({ ...toldHashes(delivery), ...signed?.hashes });
    // What could not be noted afterwards is not deployed first.
    if (stored !== undefined) requireSignedMove(stored.open);
    const change = signed === undefined ? changeIn(records[RECORD.change]) : signed.approval?.change;
    const canary = asked === undefined ? undefined : canaryOf(target, asked, change);
    told = { ...told, times: canary?.plan.times };
    const rollout = await rollOut(context, site.cluster, {
      ...{ action: "deploy", target, dryRun, image, recorded, canary },
      cause: approvedBy === undefined ? cause : `${cause}, approved by ${approvedBy}`,
      records,
    });
    deployed = deployedOf(environment, image, rollout, goOnCall(rollout, told));
    const warnings = unasked === undefined ? [] : [unasked];
    text = [rolloutText(rollout, told), ...warnings.map((one) => `  warning: ${one}`)].join("\n");
    const unsure = unsureOf(rollout, told);
    if (unsure !== undefined && letOn !== undefined) {
      return wait({ reasons: [unsure.text], next: letOn(unsure.checks) });
    }
    const line = rolloutLine(rollout, told);
    news = newsLine(rollout, told);
    if (rollout.outcome === "failed" || rollout.outcome === "refused" || rollout.outcome === "held") {
      isTold = true;
      return { status: "failed", message: line, output: rollout.reason?.log ?? "" };
    }
    const moved =
      stored === undefined || target.pointer === undefined || rollout.outcome === "waiting"
        ? ""
        : await movedTo(site, context, stored, target.pointer, { ...delivery, dryRun });
    if (moved !== "") text = `${text}\n  ${moved}`;
    const message = [line, ...(moved === "" ? [] : [moved])].join("; ");
    return { status: "passed", message, warnings, value: undefined };
  });
  // What went wrong beside the rollout is told with it.
  const all = text === undefined || (report.status === "failed" && !isTold) ? [text, report.message] : [text];
  const line = deployed.outcome === "held" && news !== undefined ? news : report.message;
  const notified = await tellOf(site, context, delivery, { report, deployed, line });
  return {
    report,
    deployed,
    waits,
    text: [...all, notified].filter((one) => one !== undefined && one !== "").join("\n"),
  };
}

/** What waits for a person, and how it goes on. */
export function waitingText(environment: string, { reasons, next }: Waiting, dryRun: boolean): string {
  const how = next.startsWith(SAME_CALL) ? next : `\`${next}\``;
  return `${environment} ${dryRun ? "would wait" : "waits"} for a person: ${reasons.join("; ")}. Who has looked at it ${dryRun ? "would go" : "goes"} on with ${how}`;
}

/** What the records of a delivery say that its image was made of. */
function toldHashes({ records }: Pick<Delivery, "records">): ImageVerdict["hashes"] {
  const { [RECORD.source]: source, [RECORD.data]: data, [RECORD.model]: model } = records;
  return {
    ...(source === undefined ? {} : { source }),
    ...(data === undefined ? {} : { data }),
    ...(model === undefined ? {} : { model }),
  };
}

/** What a verdict that a trusted key signed adds to what is noted. */
function recordsOfVerdict({
  verdict,
  keyId,
  timeCreated,
  hashes,
  approval,
}: ImageVerdict): Readonly<Record<string, string>> {
  return noted({
    [RECORD.verdict]: `${verdict}, signed by key ${keyId} at ${timeCreated}`,
    [RECORD.source]: hashes.source,
    [RECORD.data]: hashes.data,
    [RECORD.model]: hashes.model,
    [RECORD.approval]: approval === undefined ? undefined : approval.required ? "required" : "none",
    [RECORD.change]: approval === undefined ? undefined : changeNote(approval.change),
    [RECORD.comparedWith]: approval?.comparedWith,
  });
}

/** Annotations without those that are not known. */
export const noted = (records: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(records).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** What is printed of a rollout, whether it worked or not. */
function rolloutText(rollout: Rollout, told: Told): string {
  try {
    return assertRollout(rollout, told);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

async function movedTo(
  site: Site,
  context: Context,
  { open, version }: StoredVersion,
  pointer: string,
  { environment, image, because, dryRun }: Pick<Delivery, "environment" | "image" | "because" | "dryRun">,
): Promise<string> {
  const reason = [because, `${environment} runs ${image}`].filter((one) => one !== undefined).join("; ");
  // Another deploy may have come meanwhile, and moves the pointer itself.
  const stays = (): Promise<string | undefined> => overtaken(site, context, { environment, image });
  const moved = await movePointerTo(open, { pointer, version, reason, stays, dryRun }).catch((error: unknown) => {
    throw error instanceof UserError
      ? new UserError(notMovedText(error.message, { environment, pointer, dryRun }))
      : error;
  });
  return movedText(moved, { pointer, version, dryRun });
}

/** What is said where an image was deployed, or would be, and the pointer did not follow. */
export function notMovedText(
  reason: string,
  {
    environment,
    pointer,
    dryRun,
  }: { readonly environment: string; readonly pointer: string; readonly dryRun: boolean },
): string {
  const [is, isNot, next] = dryRun
    ? ["would be", "would not be", ""]
    : ["was", "was not", "\nThe same call again moves it."];
  return `${environment} ${is} deployed, and the pointer ${pointer} of the model store ${isNot} moved (deploy.${environment}.pointer): ${reason}${next}`;
}

/** Tells a chat what came out, unless nothing was to be changed or nothing had to be. */
async function tellOf(
  { webhook }: Site,
  { project }: Context,
  { environment, image, link, dryRun }: Delivery,
  { report, deployed, line }: Pick<Delivered, "report" | "deployed"> & { readonly line: string },
): Promise<string> {
  if (dryRun) return "";
  const failed = report.status === "failed";
  if (deployed.outcome === "waiting") {
    return tell(
      webhook,
      newsOfDelivery({
        ...{ mark: "⏸️", project: projectName(project), environment, title: "needs approval", image, link },
        reason: report.message.replace(`${environment} waits for a person`, "").replace(/^[:,] /, ""),
      }),
    );
  }
  if (deployed.outcome === "unchanged" && !failed) return "";
  const title = !failed
    ? "deployed"
    : deployed.outcome === "held"
      ? "was held back"
      : deployed.rolledBack
        ? "went back"
        : "failed";
  return tell(
    webhook,
    newsOfDelivery({
      ...{ project: projectName(project), environment, title, image, link },
      mark: !failed ? "✅" : deployed.rolledBack ? "↩️" : "❌",
      // The line names the environment as well, which the head of the message has.
      reason: line.replace(`${environment}: `, ""),
    }),
  );
}
