import type { Repository } from "./connection.ts";
import { findManifest, getBlob, manifestOf, putBlob, putManifest } from "./content.ts";
import { RegistryError } from "./error.ts";
import { listByTag, listedOf, type Unlisted } from "./listing.ts";
import { type Artifact, artifactManifest, type Descriptor, digestOf, EMPTY, MANIFEST_TYPE } from "./oci.ts";

/* What is attached to an image. */

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
  const entries = await listedOf(repository, subject);
  const wanted = entries.filter(({ artifactType }) => artifactType === undefined || types.includes(artifactType));
  const found = await Promise.all(wanted.map(({ digest }) => attachment(repository, digest, subject)));
  return found.filter((one) => one !== undefined && types.includes(one.type)) as Attached[];
}

/** The largest file that is read: an SBOM of thousands of packages is a few megabytes. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * Undefined for what is not attached to this image, whatever an index says, and for what no attestation can be.
 *
 * @throws RegistryError for one that is listed and not there: it may be the one that takes another one back
 */
async function attachment(repository: Repository, digest: string, subject: string): Promise<Attached | undefined> {
  const found = await findManifest(repository, digest, `the manifest of the attestation ${digest}`);
  if (found === undefined) {
    throw new RegistryError(
      `${repository.reference.host} lists the attestation ${digest} of ${subject}, and does not give it: what it says is not known. Ask again; one that was deleted for good must be deleted from the list as well`,
    );
  }
  const manifest = manifestOf(found);
  const [layer, ...more] = manifest?.layers ?? [];
  if (manifest?.subject?.digest !== subject || layer === undefined || more.length > 0) return undefined;
  if (layer.size > MAX_BYTES) return undefined;
  const content = await getBlob(repository, layer, `the attestation ${digest}`);
  return { digest, type: layer.mediaType, content };
}

/** Attaches files to an image. What is attached already stays as it is. */
export async function attach(
  repository: Repository,
  subject: Descriptor,
  artifacts: readonly Artifact[],
): Promise<void> {
  await putBlob(repository, EMPTY.content);
  const unlisted: Unlisted[] = [];
  for (const artifact of artifacts) {
    await putBlob(repository, artifact.content);
    const content = artifactManifest(artifact, subject);
    const digest = digestOf(content);
    const headers = await putManifest(repository, digest, MANIFEST_TYPE, content);
    if (headers.get("oci-subject") !== null) continue;
    const { type: artifactType, annotations } = artifact;
    const descriptor = { mediaType: MANIFEST_TYPE, digest, size: content.length, artifactType, annotations };
    unlisted.push({ descriptor, content });
  }
  if (unlisted.length > 0) await listByTag(repository, subject.digest, unlisted);
}
