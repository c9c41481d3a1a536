import { randomUUID } from "node:crypto";
import { link, mkdir, rename, rm, writeFile } from "node:fs/promises";
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

/** Writes a layout that only has this image. Its layers are hard links to the shared blobs. */
async function writeLayout(context: Context, parts: Parts): Promise<string> {
  const images = await context.store.imagesPath();
  const digest = digestOf(parts.manifest);
  const layout = join(images, `written-${hexOf(digest)}`);
  if (await isComplete(layout, parts.layers)) return layout;

  const draft = join(await context.store.scratch(), `layout-${randomUUID()}`);
  try {
    await mkdir(join(draft, "blobs", "sha256"), { recursive: true });
    const links = new Set(parts.layers.map((layer) => layer.digest));
    for (const blob of links) await link(blobIn(images, blob), blobIn(draft, blob));
    await writeFile(blobIn(draft, digest), parts.manifest);
    await writeFile(blobIn(draft, digestOf(parts.config)), parts.config);
    await writeFile(join(draft, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    const index = { schemaVersion: 2, manifests: [describe(manifestType, parts.manifest)] };
    await writeFile(join(draft, "index.json"), JSON.stringify(index));
    if (!(await moveTo(draft, layout)) && !(await isComplete(layout, parts.layers))) {
      // Pruning took a part of it. It is moved aside as a whole, since another process may be reading what is left.
      const rest = `${draft}-rest`;
      await rename(layout, rest).catch(() => undefined);
      await moveTo(draft, layout);
      await rm(rest, { recursive: true, force: true });
    }
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return layout;
}

/** Moves a folder to its place, unless there is one: another process may have written the same image and be reading it. */
const moveTo = (folder: string, place: string): Promise<boolean> =>
  rename(folder, place).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      return false;
    },
  );

async function isComplete(layout: string, layers: readonly Descriptor[]): Promise<boolean> {
  const files = [layout, join(layout, "index.json"), ...layers.map((layer) => blobIn(layout, layer.digest))];
  return Promise.all(files.map(markUsed)).then(
    () => true,
    () => false,
  );
}
