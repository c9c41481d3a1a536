import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConfigDocument, renderConfig } from "./config.ts";
import { type Context, createdAt } from "./context.ts";
import { debianDocument, debianLayer } from "./debian/image.ts";
import { layerBlob } from "./layer-blob.ts";
import { blobIn, configType, type Descriptor, describe, digestOf, hexOf, manifestType, markUsed } from "./oci.ts";
import { pull } from "./pull.ts";
import type { Compression, ImageSpec, ResolvedImage, WrittenImage } from "./types.ts";

/**
 * Writes an image as an OCI layout: the base's layers unchanged, and one for each layer that changed something. Nothing
 * in it depends on the clock: `created` and all times are `sourceDateEpoch`, as reproducible builds demand.
 */
export async function write(context: Context, spec: ImageSpec, compression: Compression): Promise<WrittenImage> {
  const base = await baseOf(context, spec.base, compression);
  const blobs = await Promise.all(spec.layers.map((layer) => layerBlob(context, layer, compression)));
  const added = blobs.filter((blob) => blob !== undefined);
  const layers = [...base.layers, ...added.map((blob) => blob.descriptor)];
  const configLayers = added.map(({ diffId }) => ({ diffId, createdBy: "ml-pipeline" }));
  const config = renderConfig(base.document, spec.config, configLayers, createdAt(context));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe(configType, config),
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    ...annotationsOf(spec),
  });
  const digest = digestOf(manifest);
  const layout = await writeLayout(context, { manifest, config, layers });
  return { layout, digest, id: digestOf(config) };
}

function annotationsOf(spec: ImageSpec): { annotations?: Record<string, string> } {
  const entries = Object.entries(spec.annotations).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? {} : { annotations: Object.fromEntries(entries) };
}

interface Base {
  readonly document: ConfigDocument;
  readonly layers: readonly Descriptor[];
}

async function baseOf(context: Context, image: ResolvedImage | undefined, compression: Compression): Promise<Base> {
  if (image === undefined) return { document: {}, layers: [] };
  if (image.origin !== "debian") return pull(context, image, context.auths.get(image.reference) ?? []);
  const blob = await layerBlob(context, await debianLayer(context, image), compression);
  return { document: await debianDocument(context, image), layers: blob === undefined ? [] : [blob.descriptor] };
}

interface Parts {
  readonly manifest: string;
  readonly config: string;
  readonly layers: readonly Descriptor[];
}

/**
 * Writes a layout that only has this image. Its blobs are in the folder that all images share, so a layer that several
 * images have is there once.
 */
async function writeLayout(context: Context, { manifest, config, layers }: Parts): Promise<string> {
  const images = await context.store.imagesPath();
  const layout = join(images, `written-${hexOf(digestOf(manifest))}`);
  const blobs = [digestOf(manifest), digestOf(config), ...layers.map((layer) => layer.digest)];
  if (
    await isComplete(
      layout,
      blobs.map((digest) => blobIn(images, digest)),
    )
  )
    return layout;

  const draft = join(await context.store.scratch(), `layout-${randomUUID()}`);
  await mkdir(join(images, "blobs", "sha256"), { recursive: true });
  await mkdir(draft);
  try {
    for (const content of [manifest, config]) {
      await writeFile(join(draft, "blob"), content);
      await rename(join(draft, "blob"), blobIn(images, digestOf(content)));
    }
    await writeFile(join(draft, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    const index = { schemaVersion: 2, manifests: [describe(manifestType, manifest)] };
    await writeFile(join(draft, "index.json"), JSON.stringify(index));
    await moveTo(draft, layout);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return layout;
}

/** Moves a folder to its place, unless there is one: another process may have written the same image and be reading it. */
async function moveTo(folder: string, place: string): Promise<void> {
  await rename(folder, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
}

/** Marks a layout and its blobs as used. Says whether all are there. */
async function isComplete(layout: string, blobs: readonly string[]): Promise<boolean> {
  return Promise.all([layout, join(layout, "index.json"), ...blobs].map(markUsed)).then(
    () => true,
    () => false,
  );
}
