import { byteText } from "../text.ts";
import { forEach, inTime } from "./bounds.ts";
import type { Repository } from "./connection.ts";
import { findManifest, getBlob, manifestOf, putBlob, putManifest } from "./content.ts";
import { RegistryError } from "./error.ts";
import { isListedByTag, listByTag, listedOf, type Unlisted } from "./listing.ts";
import { type Artifact, artifactManifest, type Descriptor, digestOf, EMPTY, MANIFEST_TYPE } from "./oci.ts";

/* What is attached to an image. */

/** A file that is attached, as its manifest has it. */
export interface Attached {
  /** The digest of the manifest that attaches it. */
  readonly digest: string;
  readonly type: string;
  readonly content: Buffer;
}

/** The largest file that is read: an SBOM of thousands of packages is a few megabytes. */
const MAX_BYTES = 64 * 2 ** 20;

/** What all files of an image that are read may come to: it is in memory at once. */
const MAX_ALL_BYTES = 4 * MAX_BYTES;

/**
 * What of the given types is attached to an image, by the word of what is attached itself: an index says what whoever wrote it last wanted,
 * and what it calls something else may be what takes another one back.
 *
 * @throws RegistryError where not all of it can be known
 */
export async function attachedTo(
  repository: Repository,
  subject: string,
  types: readonly string[],
): Promise<Attached[]> {
  const what = `what is attached to ${subject}`;
  const files = await inTime(repository, { what }, async (asked) => {
    const digests = new Set((await listedOf(asked, subject)).map(({ digest }) => digest));
    return forEach([...digests], (digest) => fileOf(asked, digest, { subject, types }));
  });
  const wanted = files.filter((one) => one !== undefined);
  const bytes = wanted.reduce((sum, { layer }) => sum + layer.size, 0);
  if (bytes > MAX_ALL_BYTES) {
    throw new RegistryError(
      `${repository.reference.host}: ${what} is larger than ${byteText(MAX_ALL_BYTES)}, which is all that is read. Delete what nobody needs`,
    );
  }
  return inTime(repository, { what, bytes }, (asked) => forEach(wanted, (one) => contentOf(asked, one)));
}

/** A file that is attached, before it is read. */
interface AttachedFile extends Pick<Attached, "digest" | "type"> {
  readonly layer: Descriptor;
}

/**
 * Undefined for what is not attached to this image, whatever an index says, for what is of none of the types, and for what no attestation
 * can be.
 *
 * @throws RegistryError for one that is listed and not there: it may be the one that takes another one back
 */
async function fileOf(
  repository: Repository,
  digest: string,
  { subject, types }: { readonly subject: string; readonly types: readonly string[] },
): Promise<AttachedFile | undefined> {
  const found = await findManifest(repository, digest, `the manifest of the attestation ${digest}`);
  if (found === undefined) {
    throw new RegistryError(
      `${repository.reference.host} lists the attestation ${digest} of ${subject}, and does not give it: what it says is not known. Ask again; one that was deleted for good must be deleted from the list as well`,
    );
  }
  const manifest = manifestOf(found);
  const [layer, ...more] = manifest?.layers ?? [];
  if (manifest?.subject?.digest !== subject || layer === undefined || more.length > 0) return undefined;
  const said = [layer.mediaType, manifest.artifactType, manifest.config.mediaType];
  const type = said.find((one) => one !== undefined && types.includes(one));
  return type === undefined || layer.size > MAX_BYTES ? undefined : { digest, type, layer };
}

const contentOf = async (repository: Repository, { digest, type, layer }: AttachedFile): Promise<Attached> => ({
  ...{ digest, type },
  content: await getBlob(repository, layer, `the attestation ${digest}`),
});

/** Attaches files to an image. What is attached already stays as it is. */
export async function attach(
  repository: Repository,
  subject: Descriptor,
  artifacts: readonly Artifact[],
): Promise<void> {
  await putBlob(repository, EMPTY.content);
  // A list that others read, such as a mirror without the API, is to have what comes after what is in it.
  const hasIndex = await isListedByTag(repository, subject.digest);
  const unlisted: Unlisted[] = [];
  for (const artifact of artifacts) {
    await putBlob(repository, artifact.content);
    const content = artifactManifest(artifact, subject);
    const digest = digestOf(content);
    const headers = await putManifest(repository, digest, MANIFEST_TYPE, content);
    if (headers.get("oci-subject") !== null && !hasIndex) continue;
    const { type: artifactType, annotations } = artifact;
    const descriptor = { mediaType: MANIFEST_TYPE, digest, size: content.length, artifactType, annotations };
    unlisted.push({ descriptor, content });
  }
  if (unlisted.length > 0) await listByTag(repository, subject.digest, unlisted);
}
