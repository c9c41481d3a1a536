import { type OpenedAttestation, openAttestation } from "../evidence/attestation.ts";
import { shortKey, type TrustedKey } from "../evidence/keys.ts";
import { isAbout } from "../evidence/statement.ts";
import { APPROVAL_TYPE, approvalIn } from "../model/signed-approval.ts";
import type { Attached } from "../registry/referrers.ts";
import { printable } from "../text.ts";

/** A line for each approval that is attached to an image, with whose it is and whether that counts. */
export function approvalLines(
  attached: readonly Attached[],
  image: string,
  approvers: readonly TrustedKey[] | undefined,
): string[] {
  return attached.flatMap((one) => {
    const { statement, isSigned, signedBy, claimed, digest } = openAttestation(one, approvers ?? []);
    if (statement?.predicateType !== APPROVAL_TYPE) return [];
    const found = approvalIn(statement);
    if (found === undefined) return [`${digest} is of a form that this version of ml-pipeline does not know`];
    const { decision, environment, by, timeCreated, note } = found;
    const words = `${environment}: ${decision} by ${by} at ${timeCreated}${note === undefined ? "" : ` (${note})`}`;
    const about = isAbout(statement, image) ? "" : ", about another image";
    return [printable(`${words}${about}, ${signatureText(isSigned, { signedBy, claimed }, approvers !== undefined)}`)];
  });
}

function signatureText(
  isSigned: boolean,
  { signedBy, claimed }: Pick<OpenedAttestation, "signedBy" | "claimed">,
  wasAsked: boolean,
): string {
  if (!isSigned) return "not signed, so anybody may have written it";
  if (signedBy !== undefined) return `signed by key ${shortKey(signedBy.id)}`;
  if (!wasAsked) return "signed, not checked: no --approval-key";
  return `signed by no key of --approval-key${claimed === undefined ? "" : `, by its own word by key ${shortKey(claimed)}`}`;
}
