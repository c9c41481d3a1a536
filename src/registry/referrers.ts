import { jsonOf } from "../json.ts";
import { RegistryError, type Repository } from "./connection.ts";
import { findManifest, getBlob, indexOf, manifestOf, putBlob, putManifest } from "./content.ts";
import {
  type Artifact,
  artifactManifest,
  type Descriptor,
  digestOf,
  EMPTY,
  INDEX_TYPE,
  indexSchema,
  MANIFEST_TYPE,
  tagOf,
  withEntries,
} from "./oci.ts";

/*
 * What is attached to an image: by the referrers' API of OCI 1.1, and where a registry has none, by the index below a tag that is
 * called after the image's digest.
 */

/** A file that is attached, as its manifest has it. */
export interface Attached {
  /** The digest of the manifest that attaches it. */
  readonly digest: string;
  readonly type: string;
  readonly content: Buffer;
}

/** What of the given types is attached to an image. */
export async function attachedTo(
  repository: Repository,
  subject: string,
  types: readonly string[],
): Promise<Attached[]> {
  const entries = await referrersOf(repository, subject);
  const wanted = entries.filter(({ artifactType }) => artifactType === undefined || types.includes(artifactType));
  const found = await Promise.all(wanted.map(({ digest }) => attachment(repository, digest, subject)));
  return found.filter((one) => one !== undefined && types.includes(one.type)) as Attached[];
}

/** The largest file that is read: an SBOM of thousands of packages is a few megabytes. */
const MAX_BYTES = 64 * 2 ** 20;

/** Undefined for what is not attached to this image, whatever an index says, and for what no attestation can be. */
async function attachment(repository: Repository, digest: string, subject: string): Promise<Attached | undefined> {
  const found = await findManifest(repository, digest, `the manifest of the attestation ${digest}`);
  const manifest = found === undefined ? undefined : manifestOf(found);
  const [layer, ...more] = manifest?.layers ?? [];
  if (manifest?.subject?.digest !== subject || layer === undefined || more.length > 0) return undefined;
  if (layer.size > MAX_BYTES) return undefined;
  const content = await getBlob(repository, layer, `the attestation ${digest}`);
  return { digest, type: layer.mediaType, content };
}

async function referrersOf(repository: Repository, subject: string): Promise<readonly Descriptor[]> {
  const listed: Descriptor[] = [];
  let page: string | undefined = `referrers/${subject}`;
  while (page !== undefined) {
    const answer: Response = await repository.ask(page, { headers: { accept: INDEX_TYPE } });
    const index = indexSchema.safeParse(jsonOf(await answer.text())).data;
    if (!answer.ok || index === undefined) return [...listed, ...(await listedByTag(repository, subject))];
    listed.push(...index.manifests);
    const next = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
    page = next === undefined ? undefined : new URL(next, answer.url).href;
  }
  return listed;
}

async function listedByTag(repository: Repository, subject: string): Promise<readonly Descriptor[]> {
  const index = await findManifest(repository, tagOf(subject));
  return (index === undefined ? undefined : indexOf(index))?.manifests ?? [];
}

/** How often the index of a registry without the API is written again, when another writer was faster. */
const MAX_TRIES = 5;

/** Attaches files to an image. What is attached already stays as it is. */
export async function attach(
  repository: Repository,
  subject: Descriptor,
  artifacts: readonly Artifact[],
): Promise<void> {
  await putBlob(repository, EMPTY.content);
  const unlisted: Descriptor[] = [];
  for (const artifact of artifacts) {
    await putBlob(repository, artifact.content);
    const content = artifactManifest(artifact, subject);
    const digest = digestOf(content);
    const headers = await putManifest(repository, digest, MANIFEST_TYPE, content);
    if (headers.get("oci-subject") !== null) continue;
    const { type: artifactType, annotations } = artifact;
    unlisted.push({ mediaType: MANIFEST_TYPE, digest, size: content.length, artifactType, annotations });
  }
  if (unlisted.length > 0) await list(repository, subject.digest, unlisted);
}

/** Lists attached files in the index of a registry that does not do so itself. */
async function list(repository: Repository, subject: string, added: readonly Descriptor[]): Promise<void> {
  const tag = tagOf(subject);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const found = await findManifest(repository, tag);
    const index = found === undefined ? undefined : indexOf(found);
    const listed = index?.manifests.map(({ digest }) => digest) ?? [];
    if (added.every(({ digest }) => listed.includes(digest))) return;
    await putManifest(repository, tag, INDEX_TYPE, withEntries(index, added));
  }
  throw new RegistryError(`${repository.reference.host}: others write the tag ${tag} all the time`);
}
