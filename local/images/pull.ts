import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigDocument, readConfigDocument } from "./config.ts";
import type { Context } from "./context.ts";
import { blobIn, DamagedImage, type Descriptor, hexOf, markUsed, readIndex, readManifest } from "./oci.ts";
import { nameOf, parseReference } from "./reference.ts";
import { explainPull } from "./registry/explain.ts";
import { registryError } from "./registry/failure.ts";
import { skopeo } from "./skopeo.ts";
import type { RegistryAuth, ResolvedImage } from "./types.ts";

/** An image of a registry with all its blobs on this machine. */
export interface PulledImage {
  readonly document: ConfigDocument;
  readonly layers: readonly Descriptor[];
}

/**
 * Blobs are copied unchanged, so that images built on them share them with the registry. A layout cannot keep
 * signatures, and the policy has already checked them.
 */
const copyArgs = ["--quiet", "--remove-signatures", "--dest-oci-accept-uncompressed-layers"];

/** Pulls all blobs of an image, unless they are here. Images share their layers. */
export function pull(context: Context, image: ResolvedImage, auths: readonly RegistryAuth[]): Promise<PulledImage> {
  return context.inFlight.once(`pull ${image.digest}`, () => findOrPull(context, image, auths));
}

async function findOrPull(
  context: Context,
  image: ResolvedImage,
  auths: readonly RegistryAuth[],
): Promise<PulledImage> {
  const images = await context.store.imagesPath();
  const layout = pulledPath(images, image.digest);
  const present = await readPulled(images, layout);
  if (present !== undefined) return present;

  const scratch = await context.store.scratch();
  const draft = join(scratch, `pull-${randomUUID()}`);
  const shared = join(images, "blobs");
  await mkdir(draft, { recursive: true });
  await mkdir(join(shared, "sha256"), { recursive: true });
  try {
    const reference = parseReference(image.reference);
    const result = await skopeo({
      command: "copy",
      args: [...copyArgs, "--dest-shared-blob-dir", shared, `docker://${nameOf(reference)}@${image.digest}`, "oci:."],
      registry: reference.registry,
      auths,
      scratch,
      cwd: draft,
    });
    if (result.exitCode !== 0) {
      const failure = await explainPull({ reference: { ...reference, digest: image.digest }, auths }, result);
      throw registryError("pull", image.reference, reference.registry, failure);
    }
    await rm(layout, { recursive: true, force: true });
    await rename(draft, layout).catch((error: NodeJS.ErrnoException) => {
      // Another process pulled the same image meanwhile.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const pulled = await readPulled(images, layout);
  if (pulled === undefined) throw new Error(`${image.reference} was pulled to ${layout}, but is not complete`);
  return pulled;
}

/** Says whether an image can be used without its registry. */
export async function isPulled(context: Context, digest: string): Promise<boolean> {
  const images = await context.store.imagesPath();
  return (await readPulled(images, pulledPath(images, digest))) !== undefined;
}

/** Gives the folder of a pulled image. It is separate for each image, so that the store can remove them one by one. */
function pulledPath(images: string, digest: string): string {
  return join(images, `pulled-${hexOf(digest)}`);
}

async function readPulled(images: string, layout: string): Promise<PulledImage | undefined> {
  try {
    const index = readIndex(await readFile(join(layout, "index.json"), "utf8"));
    const entry = index.manifests[0];
    if (entry === undefined) return undefined;
    const manifest = readManifest(await readFile(blobIn(images, entry.digest), "utf8"));
    const document = readConfigDocument(await readFile(blobIn(images, manifest.config.digest), "utf8"));
    const blobs = [entry, manifest.config, ...manifest.layers].map((blob) => blobIn(images, blob.digest));
    await Promise.all([layout, ...blobs].map(markUsed));
    return { document, layers: manifest.layers };
  } catch (error) {
    // A blob was pruned or is damaged, so the image is pulled again.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof DamagedImage) return undefined;
    throw error;
  }
}
