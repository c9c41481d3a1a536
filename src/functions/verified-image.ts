import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { requireTrusted } from "../evidence/evidence.ts";
import type { ImageVerdict, ImageVerifier } from "../evidence/image-verdict.ts";

/**
 * The signed verdict of an image that is to be deployed; undefined where neither the site nor the project asks for one.
 *
 * @param image by digest
 * @throws UserError for an image that no trusted key vouches for, which it names, with what asks for that
 */
export async function verifiedImage(
  { config, evidence }: Pick<Context, "config" | "evidence">,
  image: string,
  verifier: ImageVerifier,
): Promise<ImageVerdict | undefined> {
  const asks = config.evidence["require-signature"]
    ? "evidence.require-signature"
    : evidence.trustWasGiven
      ? "--verification-key"
      : undefined;
  if (asks === undefined) return undefined;
  const askVerifier = async (): Promise<ImageVerdict> => verifier(image, requireTrusted(evidence));
  const refused = `${image} is not deployed, since ${asks} asks for a signed verdict about it`;
  const found = await askVerifier().catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`${refused}: ${error.message}`) : error;
  });
  if (found.verdict === "passed") return found;
  throw new UserError(`${refused}: key ${found.keyId} signed that it failed: ${found.reason}`, "evidence");
}
