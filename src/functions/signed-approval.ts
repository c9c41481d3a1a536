import type { Context } from "../context/context.ts";
import { digestOf } from "../delivery/image-reference.ts";
import { UserError } from "../errors.ts";
import { attestationsOf } from "../evidence/attestation.ts";
import type { TrustedKey } from "../evidence/keys.ts";
import { type CountingApproval, countingApproval } from "../model/signed-approval.ts";
import { openRepository } from "../registry/connection.ts";
import { isOfRegistry } from "../registry/content.ts";
import { isDigest, parseReference } from "../registry/reference.ts";
import { credentialsOf } from "../stages/credentials.ts";
import type { Site } from "./site.ts";

type Trust = Pick<Context, "config" | "evidence">;

/** What asks for signed approvals; undefined where nothing does. */
export const approvalAsks = ({ config, evidence }: Trust): string | undefined =>
  config.approval["require-signature"]
    ? "approval.require-signature"
    : evidence.approvers === undefined
      ? undefined
      : "--approval-key";

/** @throws UserError where nothing says whose approvals count */
function approversOf({ evidence }: Trust): readonly TrustedKey[] {
  if (evidence.approvers !== undefined) return evidence.approvers;
  throw new UserError(
    "approval.require-signature asks for signed approvals, and nothing says whose count: give --approval-key=FILE before the function, with the public keys of those who may approve.",
    "evidence",
  );
}

/**
 * The approval of an image for an environment that counts, or why none does, as the end of a sentence.
 *
 * @throws UserError where the registry does not say, and where nothing says whose approvals count
 */
export async function approvalOfImage(
  { registry }: Pick<Site, "registry">,
  context: Trust,
  image: string,
  environment: string,
): Promise<CountingApproval | string> {
  const approvers = approversOf(context);
  const digest = digestOf(image);
  if (!isDigest(digest)) return "nothing is pushed yet that anybody could have approved";
  const validHours = context.config.approval["valid-hours"];
  try {
    const reference = parseReference(image, "--image");
    const repository = await openRepository(reference, await credentialsOf(registry, reference), "pull");
    const found = await attestationsOf(repository, digest, approvers);
    return countingApproval(found, { image: digest, environment, approvers, validHours, now: new Date() });
  } catch (error) {
    if (isOfRegistry(error)) {
      throw new UserError(`${image}: who approved it is not known: ${error.message}.`, "evidence");
    }
    throw error;
  }
}
