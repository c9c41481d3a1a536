import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type Guard, isEither, isObjectOf, isText } from "../base/guards.ts";
import type { LayerId } from "../store/types.ts";
import type { Context } from "./context.ts";
import { listLayer, withWhiteouts, zeroEnded } from "./layer-list.ts";
import { blobIn, type Descriptor, descriptorSchema, layerType, markUsed } from "./oci.ts";
import { compressor, meter, packWithTar } from "./tar.ts";
import type { Compression } from "./types.ts";

/** A layer of the store as a blob of an image. */
export interface LayerBlob {
  readonly descriptor: Descriptor;
  /** The digest of the uncompressed archive. */
  readonly diffId: string;
}

const kind = "layer-blob";

/** The record of a layer in which nothing changed. */
interface Empty {
  readonly empty: true;
}

const isDescriptor: Guard<Descriptor> = (value): value is Descriptor => descriptorSchema.safeParse(value).success;
const isEmpty = isObjectOf<Empty>({ empty: (value) => value === true });
const isKept = isEither<[LayerBlob, Empty]>(
  isObjectOf<LayerBlob>({ descriptor: isDescriptor, diffId: isText }),
  isEmpty,
);

/**
 * Gives the blob of a layer of the store, in the shared folder of blobs. It is made once for each layer, time and
 * compression. Undefined for a layer in which nothing changed.
 */
export function layerBlob(context: Context, layer: LayerId, compression: Compression): Promise<LayerBlob | undefined> {
  const key = `${layer}-${compression}-${context.sourceDateEpoch}`;
  return context.inFlight.once(`${kind} ${key}`, () => findOrPack(context, layer, compression, key));
}

async function findOrPack(
  context: Context,
  layer: LayerId,
  compression: Compression,
  key: string,
): Promise<LayerBlob | undefined> {
  const images = await context.store.imagesPath();
  const known = await context.store.record(kind, key, isKept);
  if (known !== undefined && "empty" in known) return undefined;
  if (known !== undefined && (await isUsable(blobIn(images, known.descriptor.digest)))) return known;

  const draft = join(await context.store.scratch(), `blob-${randomUUID()}`);
  try {
    const packed = await packLayer(context, layer, compression, draft);
    if (packed === undefined) {
      await context.store.putRecord(kind, key, { empty: true });
      return undefined;
    }
    await mkdir(join(images, "blobs", "sha256"), { recursive: true });
    await rename(draft, blobIn(images, packed.descriptor.digest));
    await context.store.putRecord(kind, key, packed);
    return packed;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives the digest and size in bytes of a layer's archive, without keeping the archive. */
export async function measureLayer(context: Context, layer: LayerId): Promise<{ diffId: string; size: number }> {
  const packed = await packLayer(context, layer, "uncompressed", undefined);
  if (packed === undefined) throw new Error(`The layer ${layer} is empty`);
  return { diffId: packed.diffId, size: packed.descriptor.size };
}

/** Streams the layer through tar, the digests and the compressor to `path`, or to nowhere. */
async function packLayer(
  context: Context,
  layer: LayerId,
  compression: Compression,
  path: string | undefined,
): Promise<LayerBlob | undefined> {
  const folder = await context.store.layerPath(layer);
  const list = await listLayer(folder);
  if (list.entries.length + list.whiteouts.length === 0) return undefined;
  return withWhiteouts(list, await context.store.scratch(), async (whiteouts) => {
    const plain = meter();
    const packed = compression === "uncompressed" ? plain : meter();
    const steps = compression === "uncompressed" ? [] : [compressor(compression), packed];
    const sink = path === undefined ? discard() : createWriteStream(path, { highWaterMark: 1 << 20 });
    const args = [...tarArgs(context), ...whiteouts, `--directory=${folder}`, "--files-from=-"];
    const names = zeroEnded(list.entries);
    await packWithTar(args, [plain, ...steps, sink], { what: `the layer ${layer}`, names });
    const { digest, size } = packed.result();
    const descriptor = { mediaType: layerType(compression), digest, size };
    return { descriptor, diffId: compression === "uncompressed" ? digest : plain.result().digest };
  });
}

/** Fixes all that would differ from machine to machine. Owners and capabilities are kept. */
function tarArgs(context: Context): readonly string[] {
  return [
    "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
    `--mtime=@${context.sourceDateEpoch}`,
    "--numeric-owner",
    "--xattrs",
    "--xattrs-include=security.capability",
    "--blocking-factor=128",
    "--no-recursion",
    "--null",
    "--verbatim-files-from",
  ];
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function isUsable(path: string): Promise<boolean> {
  return markUsed(path).then(
    () => true,
    () => false,
  );
}
