import type { Directory } from "@dagger.io/dagger";
import { type Context, readContext } from "../context/context.ts";
import type { Ran } from "../delivery/rollout.ts";
import { assertRollout, RECORD, rolloutLine } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import { projectName } from "../project/name.ts";
import { newsOfDelivery } from "../report/notice.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import { requireThere } from "./image-by-digest.ts";
import { movePointerTo } from "./model-store.ts";
import { nextCall } from "./next-call.ts";
import { countingHashes } from "./signed-hashes.ts";
import type { Site } from "./site.ts";
import { overtaken } from "./still-runs.ts";
import { movedText } from "./store-model.ts";
import { earlierVersion } from "./store-pointers.ts";
import { tell } from "./tell.ts";

export interface RollbackRequest {
  readonly source: Directory;
  readonly environment: string;
  /** The one that ran before the last deploy when absent. */
  readonly revision?: number | undefined;
  readonly dryRun: boolean;
}

/** Lets an environment run what it ran before, and waits for it. */
export async function rollBack(site: Site, request: RollbackRequest): Promise<string> {
  const { source, environment, revision, dryRun } = request;
  if (revision !== undefined && revision < 1) {
    throw new UserError(`--revision=${revision}: expected the number of a revision, from 1.`, "delivery");
  }
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const target = targetOf(context, environment);
  const rollout = await rollOut(context, site.cluster, { action: "rollback", target, revision, dryRun });
  const told = { environment, workload: workloadOf(target), done: "went back" };
  const { outcome } = rollout;
  if (outcome === "planned" || outcome === "unchanged") {
    const follows = outcome === "planned" && target.pointer !== undefined;
    const next = follows ? [`the pointer ${target.pointer} of the model store would follow`] : [];
    const text = assertRollout(rollout, told);
    const unasked = rollout.planned === "" ? undefined : await requireThere(site.registry, rollout.planned);
    const warnings = unasked === undefined ? [] : [`warning: ${unasked}`];
    return [text, ...[...next, ...warnings].map((one) => `  ${one}`)].join("\n");
  }
  const notice = newsOfDelivery({
    ...{ project: projectName(context.project), environment, image: rollout.after?.image ?? "" },
    ...(outcome === "done"
      ? { mark: "↩️", title: "went back", reason: rolloutLine(rollout, told) }
      : { mark: "❌", title: "could not go back", reason: rolloutLine(rollout, told).replace(`${environment}: `, "") }),
  });
  const news = await tell(site.webhook, notice);
  const text = assertRollout(rollout, told);
  const moved = await pointerBack(site, context, { environment, pointer: target.pointer, after: rollout.after });
  return [text, moved, news].filter((one) => one !== "").join("\n");
}

/**
 * Lets the pointer of an environment stand at the model again that runs there.
 *
 * @throws UserError where it cannot: what runs has gone back by then
 */
async function pointerBack(
  site: Site,
  context: Context,
  {
    environment,
    pointer,
    after,
  }: Pick<RollbackRequest, "environment"> & { readonly pointer: string | undefined; readonly after: Ran | null },
): Promise<string> {
  if (pointer === undefined || after === null) return "";
  try {
    const { image, records } = after;
    const noted = { source: records[RECORD.source], data: records[RECORD.data], model: records[RECORD.model] };
    const hashes = await countingHashes(site, context, image, noted);
    // What runs went back by then, whoever cannot be asked about it.
    if (typeof hashes === "string") return `  the pointer ${pointer} of the model store stays: ${hashes}`;
    const found = await earlierVersion(site, context, pointer, { image, hashes });
    if (found === undefined)
      return `  the pointer ${pointer} of the model store stays: it has never stood at the model of that image`;
    const { open, version } = found;
    // Another deploy may have come meanwhile, and moves the pointer itself.
    const stays = (): Promise<string | undefined> => overtaken(site, context, { environment, image });
    const move = { pointer, version, reason: `${environment} went back to ${image}`, stays, dryRun: false };
    return `  ${movedText(await movePointerTo(open, move), move)}`;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${environment} went back to ${after.image}, and the pointer ${pointer} of the model store was not moved (deploy.${environment}.pointer): ${error.message}\n\`${nextCall(site, "move-pointer", [`--pointer=${pointer}`, "--to=sha256:…"])}\` moves it.`,
      "store",
    );
  }
}
