import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { assertStatus } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { rollOut, targetOf } from "../stages/roll-out.ts";
import type { Site } from "./site.ts";

export interface StatusRequest {
  readonly source: Directory;
  readonly environment: string;
}

/** Says what an environment runs, since when, with which verdict; fails when that is not what was deployed, or does not serve. */
export async function statusOf(site: Site, { source, environment }: StatusRequest): Promise<string> {
  const context = await readContext(source, site, { mayBeEmpty: true, solves: false });
  const target = targetOf(context, environment);
  const rollout = await rollOut(context, site.cluster, { action: "status", target });
  return assertStatus(rollout, { environment, workload: workloadOf(target) });
}
