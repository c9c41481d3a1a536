import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { assertRollout, rolloutLine } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import { projectName } from "../project/name.ts";
import { noticeOfDelivery } from "../report/notice.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import type { Site } from "./site.ts";
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
  if (outcome === "planned" || outcome === "unchanged") return assertRollout(rollout, told);
  const notice = noticeOfDelivery({
    ...{ project: projectName(context.project), environment, image: rollout.after?.image ?? "" },
    ...(outcome === "done"
      ? { mark: "↩️", title: "went back", reason: rolloutLine(rollout, told) }
      : { mark: "❌", title: "could not go back", reason: rolloutLine(rollout, told).replace(`${environment}: `, "") }),
  });
  const news = await tell(site.webhook, notice);
  return [assertRollout(rollout, told), news].filter((one) => one !== "").join("\n");
}
