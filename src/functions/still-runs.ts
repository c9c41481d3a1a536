import type { Context } from "../context/context.ts";
import { digestOf, shortImage } from "../delivery/image-reference.ts";
import { assertStatus } from "../delivery/rollout-words.ts";
import { workloadOf } from "../delivery/workload.ts";
import { UserError } from "../errors.ts";
import { targetOf } from "../stages/roll-out.ts";
import { statusIn } from "./may-go-on.ts";
import type { Site } from "./site.ts";

/**
 * Why what was just deployed to an environment is not what it runs; undefined while it is. Another deploy may have come meanwhile.
 *
 * @throws UserError where the cluster does not say what runs
 */
export async function overtaken(
  site: Site,
  context: Context,
  { environment, image }: { readonly environment: string; readonly image: string },
): Promise<string | undefined> {
  const seen = await statusIn(site, context, environment);
  if (seen.after === null) {
    assertStatus(seen, { environment, workload: workloadOf(targetOf(context, environment)) });
    throw new UserError(`Nothing is known of what ${environment} runs now.`, "delivery");
  }
  const running = seen.after.image;
  const isSame = running === image || (digestOf(image) !== "" && digestOf(running) === digestOf(image));
  return isSame ? undefined : `${environment} runs ${shortImage(running)} by now, by another deploy or by hand`;
}
