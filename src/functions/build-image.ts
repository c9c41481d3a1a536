import type { Directory } from "@dagger.io/dagger";
import { type Context, readContext } from "../context/context.ts";
import { readManifest } from "../model/manifest.ts";
import { ModelImage } from "../objects/model-image.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { type BuildLabels, type ImageFacts, imageFacts } from "../stages/attest.ts";
import { type BuiltImage, buildImage } from "../stages/build-image.ts";
import { reasonToHoldBack } from "../stages/release.ts";
import { scanModel } from "../stages/scan-model.ts";
import { scanSecrets } from "../stages/scan-secrets.ts";
import type { Site } from "./site.ts";

export interface BuildRequest {
  readonly source: Directory;
  readonly model: Directory;
  readonly labels?: BuildLabels;
}

/** The serving image of a model, with the reason why it may not be published, if there is one. */
export async function buildModelImage(site: Site, { source, model, labels }: BuildRequest): Promise<ModelImage> {
  return imageOf(site, await readContext(source, site), model, labels);
}

/** The same for a project that was read before. */
export async function imageOf(
  site: Site,
  context: Context,
  model: Directory,
  labels?: BuildLabels,
): Promise<ModelImage> {
  const manifest = await readManifest(model, "--model");
  const [built, heldBack] = await Promise.all([
    runStages([scanSecrets, scanModel, buildImage], { context, model }),
    reasonToHoldBack(context, model, manifest),
  ]);
  assertStages(built.stages);
  const image = built.value(buildImage);
  if (image === undefined) throw new Error("a passed build gave no image");
  const facts = manifest === undefined ? undefined : await imageFacts(context, image, manifest, labels);
  return modelImage(site, image, heldBack, facts);
}

/** @param facts undefined for a model of which nothing is known, which is held back */
export const modelImage = (
  { registry, evidence }: Pick<Site, "registry" | "evidence">,
  { id, content, bytes, container }: Pick<BuiltImage, "id" | "content" | "bytes" | "container">,
  heldBack: string,
  facts: ImageFacts | undefined,
): ModelImage =>
  new ModelImage(
    ...([id, content, bytes, container, heldBack, facts === undefined ? "" : JSON.stringify(facts)] as const),
    ...([registry.username, registry.password, evidence.signingKey] as const),
  );
