import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Snapshot } from "../store/types.ts";
import type { Context } from "./context.ts";
import { debianLayer } from "./debian/image.ts";
import { extractLayer } from "./extract.ts";
import { mergeLayer } from "./merge.ts";
import { blobIn, compressionOf, type Descriptor, hexOf } from "./oci.ts";
import { pull } from "./pull.ts";
import type { RegistryAuth, ResolvedImage } from "./types.ts";

/** Gives the layer's id for the root file system of an image. */
export function unpackedLayer(digest: string): string {
  return `image-${hexOf(digest)}`;
}

/**
 * Gives the image's root file system as one layer of the store, so that a container needs few mounts. An image made
 * from Debian's packages is such a layer already.
 */
export async function unpack(
  context: Context,
  image: ResolvedImage,
  auths: readonly RegistryAuth[],
): Promise<Snapshot> {
  if (image.origin === "debian") return { layers: [await debianLayer(context, image)] };
  const id = unpackedLayer(image.digest);
  if (await context.store.hasLayer(id)) return { layers: [id] };
  const pulled = await pull(context, image, auths);
  const images = await context.store.imagesPath();
  const draft = await context.store.draftLayer();
  try {
    for (const layer of pulled.layers) await addLayer(images, layer, draft.work, draft.upper);
    await chmod(draft.upper, 0o755);
  } catch (error) {
    await draft.discard();
    throw error;
  }
  return { layers: [await draft.commit(id, "")] };
}

async function addLayer(images: string, layer: Descriptor, work: string, target: string): Promise<void> {
  const compression = compressionOf(layer.mediaType);
  if (compression === undefined) return;
  const folder = join(work, "layer");
  await mkdir(folder);
  await extractLayer(blobIn(images, layer.digest), compression, folder);
  await mergeLayer(Buffer.from(folder), Buffer.from(target));
  await rm(folder, { recursive: true, force: true });
}
