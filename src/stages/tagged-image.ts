import type { RegistryAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import { attestationsOf } from "../evidence/attestation.ts";
import { newestSigned } from "../model/attached-verdict.ts";
import { openRepository, type Repository } from "../registry/connection.ts";
import { type FoundManifest, findManifest, getBlob, manifestOf } from "../registry/content.ts";
import { imageContent } from "../registry/image-content.ts";
import { parseReference } from "../registry/reference.ts";
import { credentialsOf } from "./credentials.ts";

/* What a tag stands for already, so that a release that is made again pushes nothing twice, and none takes another one's tag. */

export interface TaggedImage {
  readonly digest: string;
  /** Asks what it is, whenever it was built; undefined for what is no single image. */
  readonly content: () => Promise<string | undefined>;
  /** What a trusted key signed about its model. */
  readonly judged: ModelHashes | undefined;
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
  return { digest, content: () => contentIn(repository, found), judged: newest?.verdict.manifest };
}

/** The largest configuration that is read: one has some kilobytes. */
const MAX_BYTES = 4 * 2 ** 20;

async function contentIn(repository: Repository, found: FoundManifest): Promise<string | undefined> {
  const config = manifestOf(found)?.config;
  if (config === undefined || config.size > MAX_BYTES) return undefined;
  return imageContent((await getBlob(repository, config, "the configuration of the image")).toString());
}

/** How the image of a tag compares with one that was just built. */
export type Sameness =
  /** The same image, built at that time or at another one. */
  | "image"
  /** Another build of the same model from the same source and data, by what a trusted key signed. */
  | "model"
  | "other";

export async function samenessOf(
  { content, judged }: TaggedImage,
  ours: ModelHashes & { readonly content: string },
): Promise<Sameness> {
  if ((await content()) === ours.content) return "image";
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
