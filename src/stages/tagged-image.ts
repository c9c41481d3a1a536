import type { RegistryAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import { attestationsOf } from "../evidence/attestation.ts";
import { newestSigned } from "../model/attached-verdict.ts";
import { openRepository, type Repository } from "../registry/connection.ts";
import { type FoundManifest, findManifest, getBlob } from "../registry/content.ts";
import { imageContent } from "../registry/image-content.ts";
import { areLayers } from "../registry/layers.ts";
import { plainManifest } from "../registry/plain-manifest.ts";
import { parseReference } from "../registry/reference.ts";
import { credentialsOf } from "./credentials.ts";

/* What a tag stands for already, so that a release that is made again pushes nothing twice, and none takes another one's tag. */

export interface TaggedImage {
  readonly digest: string;
  /** Whether it is that image, whenever it was built. Its layers are read for it, unless a trusted key has signed a verdict on it. */
  readonly isImage: (ours: ComparedImage) => Promise<boolean>;
  /** What a trusted key signed about its model. */
  readonly judged: ModelHashes | undefined;
}

/** What is known of an image that was built. */
export interface ComparedImage {
  /** Equal for equal images, whenever they were built. */
  readonly content: string;
  /** The size of all layers, uncompressed. */
  readonly bytes: number;
}

/** Content hashes, `sha256:…`. */
export interface ModelHashes {
  readonly source: string;
  readonly data: string;
  readonly model: string;
}

/**
 * The image that a registry has by a tag or a digest; undefined where it has none.
 *
 * @param address `REGISTRY/NAME:TAG`, or with a digest, which counts then
 * @throws RegistryError
 */
export async function taggedImage(
  access: RegistryAccess,
  address: string,
  { trusted }: Pick<Context["evidence"], "trusted">,
): Promise<TaggedImage | undefined> {
  const reference = parseReference(address, "--address");
  const repository = await openRepository(reference, await credentialsOf(access, reference), "pull");
  const found = await findManifest(repository, reference.digest ?? reference.tag ?? "latest");
  if (found === undefined) return undefined;
  const { digest } = found.descriptor;
  const attached = trusted.length === 0 ? [] : await attestationsOf(repository, digest, trusted);
  const newest = newestSigned(attached, digest);
  const isTrusted = newest !== undefined;
  return {
    digest,
    isImage: (ours) => isImageIn(repository, found, { ...ours, isTrusted }),
    judged: newest?.verdict.manifest,
  };
}

/** The largest configuration that is read: one has some kilobytes. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Whether a registry has an image of that content. Its configuration names its layers, and its manifest gives them: whoever can write to the
 * registry may have put other ones there, of which nobody has signed anything yet.
 */
async function isImageIn(
  repository: Repository,
  found: FoundManifest,
  { content, bytes, isTrusted }: ComparedImage & { readonly isTrusted: boolean },
): Promise<boolean> {
  const manifest = plainManifest(found);
  if (manifest === undefined || manifest.config.size > MAX_BYTES) return false;
  const text = (await getBlob(repository, manifest.config, "the configuration of the image")).toString();
  const image = imageContent(text);
  if (image?.content !== content) return false;
  return isTrusted || areLayers(repository, { packed: manifest.layers, named: image.layers, most: bytes });
}

/** How the image of a tag compares with one that was just built. */
export type Sameness =
  /** The same image, built at that time or at another one. */
  | "image"
  /** Another build of the same model from the same source and data, by what a trusted key signed. */
  | "model"
  | "other";

export async function samenessOf(
  { isImage, judged }: TaggedImage,
  ours: ModelHashes & ComparedImage,
): Promise<Sameness> {
  if (await isImage(ours)) return "image";
  const isSame =
    judged !== undefined && judged.source === ours.source && judged.data === ours.data && judged.model === ours.model;
  return isSame ? "model" : "other";
}

/** Why the image of a tag is not that which was just built, as the end of a sentence. */
export function otherImageText({ digest, judged }: TaggedImage, ours: ModelHashes): string {
  const which = (["source", "data", "model"] as const).filter(
    (name) => judged !== undefined && judged[name] !== ours[name],
  );
  const why =
    judged === undefined
      ? "nothing that a trusted key signed says that it has the same model"
      : `it has another ${which.join(", another ")}`;
  return `stands for another image already, ${digest}: ${why}. A release's tag is never moved: take a new one.`;
}
