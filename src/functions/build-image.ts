import type { Directory } from "@dagger.io/dagger";
import { type Context, readContext } from "../context/context.ts";
import { readManifest } from "../model/manifest.ts";
import { ModelImage } from "../objects/model-image.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { buildImage } from "../stages/build-image.ts";
import { reasonToHoldBack } from "../stages/release.ts";
import { scanModel } from "../stages/scan-model.ts";
import { scanSecrets } from "../stages/scan-secrets.ts";
import type { Site } from "./site.ts";

export interface BuildRequest {
  readonly source: Directory;
  readonly model: Directory;
}

/** The serving image of a model, with the reason why it may not be published, if there is one. */
export async function buildModelImage(site: Site, { source, model }: BuildRequest): Promise<ModelImage> {
  return imageOf(site, await readContext(source, site), model);
}

/** The same for a project that was read before. */
export async function imageOf({ registry }: Site, context: Context, model: Directory): Promise<ModelImage> {
  const [built, heldBack] = await Promise.all([
    runStages([scanSecrets, scanModel, buildImage], { context, model }),
    readManifest(model, "--model").then((manifest) => reasonToHoldBack(context, model, manifest)),
  ]);
  assertStages(built.stages);
  const image = built.value(buildImage);
  if (image === undefined) throw new Error("a passed build gave no image");
  return new ModelImage(image.id, image.container, heldBack, registry.username, registry.password);
}
