import { createHash } from "node:crypto";
import type { z } from "zod";
import { jsonOf } from "../json.ts";
import { bytesOf, MOST_JSON, partsOf } from "./body.ts";
import { type Repository, saidBy } from "./connection.ts";
import { RegistryError } from "./error.ts";
import { type Descriptor, digestOf, indexSchema, MANIFEST_TYPES, manifestSchema } from "./oci.ts";
import { impliedHub, isDigest } from "./reference.ts";

/* What a registry keeps is believed by its hash: whoever runs it can give anything. */

/** Content that is not what its digest says. */
export class ChangedContent extends Error {
  override readonly name = "ChangedContent";

  constructor(what: string, wanted: string, found: string) {
    super(`${what} was changed in the registry: it is to be ${wanted}, and is ${found}`);
  }
}

/** What a registry that answers does not have. */
export class MissingContent extends RegistryError {}

/** Whether a registry is to blame: it did not give what was asked for, or something else. */
export const isOfRegistry = (error: unknown): error is RegistryError | ChangedContent =>
  error instanceof RegistryError || error instanceof ChangedContent;

/** A manifest, as bytes and as what names it. */
export interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly content: Buffer;
}

/**
 * The manifest of a digest or of a tag; undefined where there is none.
 *
 * @throws ChangedContent for one that its digest does not name
 */
export async function findManifest(
  repository: Repository,
  name: string,
  what = `the manifest ${name}`,
): Promise<FoundManifest | undefined> {
  const answer = await repository.ask(`manifests/${name}`, { headers: { accept: MANIFEST_TYPES.join(", ") } });
  if (answer.status === 404) return undefined;
  // Debian's registry answers HTTP 500 where a digest is that of a blob.
  if (!answer.ok && isDigest(name) && (await hasBlob(repository, name))) throw new MissingContent(partText(name));
  await requireOk(repository, answer, what);
  const content = await bytesOf(answer, { host: repository.reference.host, what, most: MOST_JSON });
  const digest = digestOf(content);
  if (name.startsWith("sha256:") && name !== digest) throw new ChangedContent(what, name, digest);
  const mediaType = answer.headers.get("content-type")?.split(";")[0] ?? "";
  return { descriptor: { mediaType, digest, size: content.length }, content };
}

/** @throws MissingContent where there is none */
export async function getManifest(repository: Repository, digest: string, what?: string): Promise<FoundManifest> {
  const found = await findManifest(repository, digest, what);
  if (found !== undefined) return found;
  if (await hasBlob(repository, digest)) throw new MissingContent(partText(digest));
  const { reference } = repository;
  throw new MissingContent(`${reference.host} has no manifest ${digest} of ${reference.name}${impliedHub(reference)}`);
}

const partText = (digest: string): string =>
  `${digest} is not an image but a part of one, as an image ID is: an image is named by its digest, which \`publish\` prints and IMAGE in a run's outputs.env has`;

async function hasBlob(repository: Repository, digest: string): Promise<boolean> {
  try {
    const answer = await repository.ask(`blobs/${digest}`, { method: "HEAD" });
    await answer.body?.cancel();
    return answer.ok;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

export const manifestOf = ({ content }: FoundManifest): z.output<typeof manifestSchema> | undefined =>
  manifestSchema.safeParse(jsonOf(content.toString())).data;

export const indexOf = ({ content }: FoundManifest): z.output<typeof indexSchema> | undefined =>
  indexSchema.safeParse(jsonOf(content.toString())).data;

/** @throws ChangedContent, and RegistryError where it is missing */
export async function getBlob(repository: Repository, { digest, size }: Descriptor, what: string): Promise<Buffer> {
  const answer = await repository.ask(`blobs/${digest}`);
  await requireOk(repository, answer, what);
  const content = await bytesOf(answer, { host: repository.reference.host, what, most: size });
  const found = digestOf(content);
  if (found !== digest) throw new ChangedContent(what, digest, found);
  return content;
}

/** Reads all of a blob, however large, for its hash alone. */
async function checkBlob(repository: Repository, { digest, size }: Descriptor, what: string): Promise<void> {
  const answer = await repository.ask(`blobs/${digest}`);
  await requireOk(repository, answer, what);
  const hash = createHash("sha256");
  const expected = { host: repository.reference.host, what, most: size };
  for await (const part of partsOf(answer, expected)) hash.update(part);
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== digest) throw new ChangedContent(what, digest, found);
}

/** How many manifests and blobs an image has at most; those for ten platforms have some hundreds. */
const MOST_PARTS = 2000;

/**
 * Holds all of an image against its digest: manifests, configurations and layers, each once however often it is named.
 *
 * @throws ChangedContent for the first part that was changed; RegistryError for one that names more than any image has
 */
export async function checkImage(repository: Repository, digest: string): Promise<void> {
  const seen = new Set<string>();
  const isNew = (part: string): boolean => {
    if (seen.has(part)) return false;
    if (seen.size >= MOST_PARTS) {
      const { reference } = repository;
      throw new RegistryError(`${reference.host}: the image ${digest} is of more than ${MOST_PARTS} parts`);
    }
    seen.add(part);
    return true;
  };
  await checkManifest(repository, digest, isNew);
}

/** @param isNew whether a part was not read yet */
async function checkManifest(repository: Repository, digest: string, isNew: (part: string) => boolean): Promise<void> {
  if (!isNew(digest)) return;
  const found = await getManifest(repository, digest, `the manifest of the image`);
  const index = indexOf(found);
  for (const one of index?.manifests ?? []) await checkManifest(repository, one.digest, isNew);
  const manifest = manifestOf(found);
  if (index === undefined && manifest === undefined) throw new MissingContent(partText(digest));
  if (manifest === undefined) return;
  const { config, layers } = manifest;
  if (isNew(config.digest)) await checkBlob(repository, config, "the configuration of the image");
  for (const [position, layer] of layers.entries()) {
    if (isNew(layer.digest)) await checkBlob(repository, layer, `layer ${position + 1} of the image`);
  }
}

/** Uploads a file, unless it is there. */
export async function putBlob(repository: Repository, content: Buffer): Promise<void> {
  const digest = digestOf(content);
  const there = await repository.ask(`blobs/${digest}`, { method: "HEAD" });
  await there.body?.cancel();
  if (there.ok) return;
  const begun = await repository.ask("blobs/uploads/", { method: "POST", headers: { "content-length": "0" } });
  const location = begun.headers.get("location");
  if (begun.status !== 202 || location === null) throw await refusalOf(repository, begun, "an upload");
  await begun.body?.cancel();
  const base = new URL(begun.url);
  const url = new URL(location, base);
  url.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  const ended = await repository.ask(url.href, { method: "PUT", headers, body: Uint8Array.from(content) });
  await requireOk(repository, ended, "an upload");
  await ended.body?.cancel();
}

/** Writes a manifest, and gives the answer's headers, which say what the registry made of it. */
export async function putManifest(
  repository: Repository,
  name: string,
  mediaType: string,
  content: Buffer,
): Promise<Headers> {
  const headers = { "content-type": mediaType };
  const answer = await repository.ask(`manifests/${name}`, { method: "PUT", headers, body: Uint8Array.from(content) });
  await requireOk(repository, answer, "a manifest");
  await answer.body?.cancel();
  return answer.headers;
}

/** @throws RegistryError for an answer that is none */
export async function requireOk(repository: Repository, answer: Response, what: string): Promise<void> {
  if (!answer.ok) throw await refusalOf(repository, answer, what);
}

const refusalOf = async ({ reference }: Repository, answer: Response, what: string): Promise<RegistryError> =>
  new RegistryError(`${reference.host}: ${what}: ${await saidBy(reference.host, answer)}`);
