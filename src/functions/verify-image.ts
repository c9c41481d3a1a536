import type { RegistryAccess } from "../context/access.ts";
import { neededText } from "../delivery/noted-change.ts";
import { UserError } from "../errors.ts";
import { ATTESTATION_TYPES, type OpenedAttestation, openAttestation } from "../evidence/attestation.ts";
import type { ImageVerifier } from "../evidence/image-verdict.ts";
import type { TrustedKey } from "../evidence/keys.ts";
import { packagesIn, SBOM_TYPE } from "../evidence/sbom.ts";
import { isAbout } from "../evidence/statement.ts";
import { isObject } from "../json.ts";
import { newestSigned, reasonAgainst, replacedBeside, type SignedVerdict } from "../model/attached-verdict.ts";
import { PROVENANCE_TYPE } from "../model/provenance.ts";
import { openRepository, type Repository } from "../registry/connection.ts";
import { checkImage, findManifest, isOfRegistry } from "../registry/content.ts";
import { RegistryError } from "../registry/error.ts";
import { impliedHub, parseReference, type Reference } from "../registry/reference.ts";
import { type Attached, attachedTo } from "../registry/referrers.ts";
import { credentialsOf } from "../stages/credentials.ts";
import { counted } from "../text.ts";
import { approvalLines } from "./approval-text.ts";
import { judgedText, outcomeOf, passedOrThrow } from "./verdict-text.ts";

/**
 * Says who judged the model of an image in a registry, when, with which gates and from what.
 *
 * @throws UserError for what is not there, was changed, was signed by nobody that is trusted, or did not pass
 */
export async function verifyImage(
  access: RegistryAccess,
  image: string,
  trusted: readonly TrustedKey[],
  approvers?: readonly TrustedKey[],
): Promise<string> {
  const { verdict, key, where, digest, found, attached } = await judgementOf(access, image, trusted);
  const text = judgedText(verdict.manifest, { keyId: key.id, timeCreated: verdict.timeCreated }, [
    ["image", where],
    ["SBOM", otherText(found, SBOM_TYPE, digest, packagesText)],
    ["provenance", otherText(found, PROVENANCE_TYPE, digest, commitText)],
    ...(verdict.approval === undefined ? [] : [["change", neededText(verdict.approval)] as const]),
    ...approvalLines(attached, digest, approvers).map((line) => ["approval", line] as const),
  ]);
  return passedOrThrow(verdict.manifest, text);
}

/** The same for a program: what `deploy` asks about an image. */
export const imageVerifier =
  (access: RegistryAccess): ImageVerifier =>
  async (image, trusted) => {
    const { verdict, key } = await judgementOf(access, image, trusted);
    const { approval } = verdict;
    const { source, data, model } = verdict.manifest;
    const { verdict: outcome, reason } = outcomeOf(verdict.manifest);
    return {
      ...{ verdict: outcome, reason, keyId: key.id, timeCreated: verdict.timeCreated },
      ...(approval === undefined ? {} : { approval }),
      hashes: { source, data, model },
    };
  };

/** What a trusted key signed about an image, with all else that is attached to it. */
interface Judgement extends SignedVerdict {
  /** By its digest. */
  readonly where: string;
  readonly digest: string;
  readonly found: readonly OpenedAttestation[];
  readonly attached: readonly Attached[];
}

/**
 * All of the image is held against its digest, and its digest against what a trusted key signed.
 *
 * @throws UserError for what is not there, was changed, or was signed by nobody that is trusted
 */
async function judgementOf(access: RegistryAccess, image: string, trusted: readonly TrustedKey[]): Promise<Judgement> {
  const reference = parseReference(image, "--image");
  try {
    const repository = await openRepository(reference, await credentialsOf(access, reference), "pull");
    const digest = await digestOf(repository, reference);
    await checkImage(repository, digest);
    const attached = await attachedTo(repository, digest, ATTESTATION_TYPES);
    const found = attached.map((one) => openAttestation(one, trusted));
    const where = `${reference.name}@${digest}`;
    const signed = newestSigned(found, digest);
    if (signed === undefined) throw new UserError(`${where}: ${reasonAgainst(found, digest, trusted)}`, "evidence");
    const replaced = replacedBeside(found, digest, trusted);
    if (replaced !== undefined) throw new UserError(`${where}: ${replaced}`, "evidence");
    return { ...signed, where, digest, found, attached };
  } catch (error) {
    if (isOfRegistry(error)) {
      throw new UserError(`${image}: ${error.message}.`, "evidence");
    }
    throw error;
  }
}

/** The digest of an image, which a tag has for the moment. */
async function digestOf(repository: Repository, reference: Reference): Promise<string> {
  const { name, tag = "latest", digest } = reference;
  const found = digest ?? (await findManifest(repository, tag))?.descriptor.digest;
  if (found === undefined)
    throw new RegistryError(`there is no ${name}:${tag} in the registry${impliedHub(reference)}`);
  return found;
}

/** What is said of another statement, where a trusted key signed it for this image. */
function otherText(
  found: readonly OpenedAttestation[],
  type: string,
  image: string,
  text: (predicate: Readonly<Record<string, unknown>>) => string,
): string {
  const all = found.filter(({ statement }) => statement?.predicateType === type);
  const signed = all.find(
    ({ statement, signedBy }) => signedBy !== undefined && statement !== undefined && isAbout(statement, image),
  );
  if (signed?.statement !== undefined) return text(signed.statement.predicate);
  return all.length === 0 ? "none is attached" : "no trusted key signed what is attached";
}

const packagesText = (list: Readonly<Record<string, unknown>>): string => counted(packagesIn(list), "package");

function commitText({ buildDefinition }: Readonly<Record<string, unknown>>): string {
  const given = isObject(buildDefinition) ? buildDefinition.externalParameters : undefined;
  return isObject(given) && typeof given.commit === "string" ? `commit ${given.commit}` : "no commit was told";
}
