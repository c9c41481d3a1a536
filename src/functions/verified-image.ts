import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { requireTrusted } from "../evidence/evidence.ts";
import type { ImageVerdict, ImageVerifier } from "../evidence/image-verdict.ts";

const HASHES = ["source", "data", "model"] as const;

type Trust = Pick<Context, "config" | "evidence">;

/** What asks for a signed verdict of an image that is to be deployed; undefined where nothing does. */
export const verdictAsks = ({ config, evidence }: Trust): string | undefined =>
  config.evidence["require-signature"]
    ? "evidence.require-signature"
    : evidence.trustWasGiven
      ? "--verification-key"
      : undefined;

/** @throws UserError where what a run pushes would not be deployed, since nobody trusts the key that signs it */
export function requireOwnTrusted(context: Trust): void {
  const { signer, trusted } = context.evidence;
  const asks = verdictAsks(context);
  if (asks === undefined || trusted.some(({ id }) => id === signer?.id)) return;
  const lacks =
    signer === undefined
      ? "there is nothing to sign with: give --signing-key before the function"
      : `the key of --signing-key (${signer.id.slice(0, 16)}) is none of those of --verification-key`;
  throw new UserError(`${asks} asks for a signed verdict about what is deployed, and ${lacks}.`, "evidence");
}

/**
 * The signed verdict of an image that is to be deployed; undefined where neither the site nor the project asks for one.
 *
 * @param image by digest
 * @param told what a report, or notes, say that it was made of
 * @throws UserError for an image that no trusted key vouches for, which it names, with what asks for that
 */
export async function verifiedImage(
  context: Trust,
  image: string,
  verifier: ImageVerifier,
  told: ImageVerdict["hashes"] = {},
): Promise<ImageVerdict | undefined> {
  const asks = verdictAsks(context);
  if (asks === undefined) return undefined;
  const askVerifier = async (): Promise<ImageVerdict> => verifier(image, requireTrusted(context.evidence));
  const refused = `${image} is not deployed, since ${asks} asks for a signed verdict about it`;
  const found = await askVerifier().catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`${refused}: ${error.message}`) : error;
  });
  const said = HASHES.find((name) => told[name] !== undefined && told[name] !== found.hashes[name]);
  if (said !== undefined) {
    throw new UserError(
      `${refused}: key ${found.keyId} signed that its ${said} is ${found.hashes[said]}, and what came with it says ${told[said]}. The report or the notes of the Deployment were changed, or are about another image.`,
      "evidence",
    );
  }
  if (found.verdict === "passed") return found;
  throw new UserError(`${refused}: key ${found.keyId} signed that it failed: ${found.reason}`, "evidence");
}
