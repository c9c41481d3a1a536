import { type OpenedAttestation, openAttestation } from "../evidence/attestation.ts";
import { shortKey, type TrustedKey } from "../evidence/keys.ts";
import { isAbout, isOfKind, otherVersion } from "../evidence/statement.ts";
import { APPROVAL_TYPE, approvalIn } from "../model/signed-approval.ts";
import type { Attached } from "../registry/referrers.ts";
import { oneLine } from "../text.ts";

/** A line for each approval that is attached to an image, with whose it is and whether that counts. */
export function approvalLines(
  attached: readonly Attached[],
  image: string,
  approvers: readonly TrustedKey[] | undefined,
): string[] {
  const all = attached
    .map((one) => openAttestation(one, approvers ?? []))
    .filter(({ statement }) => isOfKind(statement?.predicateType ?? "", APPROVAL_TYPE));
  return all.map((one) => lineOf(one, image, approvers, all));
}

function lineOf(
  { statement, isSigned, signedBy, claimed, digest, id }: OpenedAttestation,
  image: string,
  approvers: readonly TrustedKey[] | undefined,
  all: readonly OpenedAttestation[],
): string {
  const found = statement === undefined ? undefined : approvalIn(statement);
  if (statement === undefined || found === undefined) {
    const version = otherVersion(statement?.predicateType ?? "", APPROVAL_TYPE);
    return `${digest} is of a form that this version of ml-pipeline does not know${version}`;
  }
  const { decision, environment, by, timeCreated, note } = found;
  // Whose it is comes first: the words behind it are theirs, and might say that they are somebody else's.
  const known = [
    signatureText(isSigned, { signedBy, claimed }, approvers !== undefined),
    ...(isAbout(statement, image) ? [] : ["about another image"]),
    ...(isReplaced(id, environment, all) ? ["a later one takes its place"] : []),
  ].join(", ");
  const why = note === undefined ? "" : ` (${note})`;
  return `${known}: ${oneLine(environment)} ${decision} at ${timeCreated} by ${by}${why}`;
}

/** Whether a decision of one of those who may approve takes the place of another one. */
const isReplaced = (id: string, environment: string, all: readonly OpenedAttestation[]): boolean =>
  all.some(({ statement, signedBy }) => {
    const other = statement === undefined || signedBy === undefined ? undefined : approvalIn(statement);
    return other?.environment === environment && other.replaces.includes(id);
  });

function signatureText(
  isSigned: boolean,
  { signedBy, claimed }: Pick<OpenedAttestation, "signedBy" | "claimed">,
  wasAsked: boolean,
): string {
  if (!isSigned) return "not signed, so anybody may have written it";
  if (signedBy !== undefined) return `signed by key ${shortKey(signedBy.id)}`;
  if (!wasAsked) return "signed, not checked: no --approval-key";
  return `signed by no key of --approval-key${claimed === undefined ? "" : `, by its own word by key ${oneLine(shortKey(claimed))}`}`;
}
