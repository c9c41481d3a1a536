import { assertStages } from "../report/text.ts";
import type { BuildLabels } from "../stages/attest.ts";
import { requireSigner } from "../stages/believed.ts";
import { checkPublishInputs } from "../stages/publish.ts";
import { acceptedOf } from "./accepted.ts";
import { imageOf } from "./build-image.ts";
import { dataContext } from "./data.ts";
import type { EvaluateRequest } from "./evaluate.ts";
import { withVerdict } from "./judgement.ts";
import type { Site } from "./site.ts";

export interface PublishRequest extends EvaluateRequest {
  /** `registry/name:tag`. */
  readonly address: string;
  readonly labels?: BuildLabels;
  readonly dryRun: boolean;
}

/** Judges a model, and pushes its image if the gates pass. */
export async function publishModel(
  site: Site,
  { source, data, model, address, labels, dryRun, ...request }: PublishRequest,
): Promise<string> {
  checkPublishInputs({ address, ...site.registry });
  const context = await dataContext(site, { source, data });
  requireSigner(context);
  const accepted = await acceptedOf(site, context, request);
  const { judged, model: described } = await withVerdict(context, model, {
    ...{ ...request, ...accepted, isPublished: true },
  });
  assertStages(judged.stages);
  return (await imageOf(site, context, described, labels)).publish(address, undefined, undefined, dryRun);
}
