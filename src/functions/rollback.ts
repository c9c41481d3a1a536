import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { assertRollout } from "../delivery/rollout-words.ts";
import { UserError } from "../errors.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import type { Site } from "./site.ts";

export interface RollbackRequest {
  readonly source: Directory;
  readonly environment: string;
  /** The one that ran before the last deploy when absent. */
  readonly revision?: number | undefined;
  readonly dryRun: boolean;
}

/** Lets a Deployment run what it ran before, and waits for it. */
export async function rollBack(site: Site, request: RollbackRequest): Promise<string> {
  const { source, environment, revision, dryRun } = request;
  if (revision !== undefined && revision < 1) {
    throw new UserError(`--revision=${revision}: expected the number of a revision, from 1.`, "delivery");
  }
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const target = targetOf(context, environment);
  const rollout = await rollOut(context, site.cluster, { action: "rollback", target, revision, dryRun });
  return assertRollout(rollout, { environment, deployment: target.deployment, done: "went back" });
}
