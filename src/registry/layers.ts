import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { partsOf } from "./body.ts";
import { forEach, inTime } from "./bounds.ts";
import type { Repository } from "./connection.ts";
import { ChangedContent, requireOk } from "./content.ts";
import type { Descriptor } from "./oci.ts";

/* The layers of an image, which its configuration names by the hashes of what is in them, and its manifest by those of how they are packed. */

export interface Layers {
  /** As the manifest names them. */
  readonly packed: readonly Descriptor[];
  /** Their hashes uncompressed, as the configuration names them. */
  readonly named: readonly string[];
  /** The largest that one may be uncompressed, in bytes. */
  readonly most: number;
}

/**
 * Whether the layers of a manifest are those of a configuration. Nothing else says so: who can write to a registry may put the one
 * beside any others.
 *
 * @throws RegistryError, ChangedContent
 */
export async function areLayers(repository: Repository, { packed, named, most }: Layers): Promise<boolean> {
  if (packed.length !== named.length) return false;
  const bytes = packed.reduce((sum, { size }) => sum + size, 0);
  const asked = { what: "the layers of the image", bytes };
  const found = await inTime(repository, asked, (bounded) =>
    forEach(packed, (layer) => uncompressedDigest(bounded, layer, most)),
  );
  return found.every((digest, place) => digest !== undefined && digest === named[place]);
}

const GZIP = /[+.]gzip$/;
const PLAIN = /[.]tar$/;

/** The hash of what is packed in a layer; undefined where it is packed otherwise than engines do, is damaged, or has more in it. */
async function uncompressedDigest(
  repository: Repository,
  { mediaType, digest, size }: Descriptor,
  most: number,
): Promise<string | undefined> {
  if (!GZIP.test(mediaType) && !PLAIN.test(mediaType)) return undefined;
  const what = `the layer ${digest} of the image`;
  const answer = await repository.ask(`blobs/${digest}`);
  await requireOk(repository, answer, what);
  const [packed, content] = [createHash("sha256"), createHash("sha256")];
  let bytes = 0;
  async function* received(): AsyncGenerator<Uint8Array> {
    for await (const part of partsOf(answer, { host: repository.reference.host, what, most: size })) {
      packed.update(part);
      yield part;
    }
  }
  const hashed = async (parts: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const part of parts) {
      bytes += part.length;
      if (bytes > most) throw new NotThisLayer();
      content.update(part);
    }
  };
  try {
    if (GZIP.test(mediaType)) await pipeline(Readable.from(received()), createGunzip(), hashed);
    else await hashed(received());
  } catch (error) {
    if (error instanceof NotThisLayer || isDamaged(error)) return undefined;
    throw error;
  }
  const found = `sha256:${packed.digest("hex")}`;
  if (found !== digest) throw new ChangedContent(what, digest, found);
  return `sha256:${content.digest("hex")}`;
}

/** It has more in it than it may. */
class NotThisLayer extends Error {}

/** Whether a stream is not packed as it says. */
const isDamaged = (error: unknown): boolean =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("Z_");
