import type { File, Secret } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { type Signer, signerOf, type TrustedKey, trustedKeys } from "./keys.ts";

/** What a site signs its verdicts with, and whose it trusts. */
export interface EvidenceAccess {
  readonly signingKey?: Secret | undefined;
  readonly verificationKey?: File | undefined;
}

/** The keys of a site. */
export interface Evidence {
  readonly signer?: Signer | undefined;
  /** Keys whose signatures count: those that were given, or the signer's own. */
  readonly trusted: readonly TrustedKey[];
  /** Whether the keys to trust were given: then what no one of them signed is not believed. */
  readonly trustWasGiven: boolean;
}

/** @throws UserError for what is no key */
export async function readEvidence({ signingKey, verificationKey }: EvidenceAccess): Promise<Evidence> {
  const [secret, text] = await Promise.all([signingKey?.plaintext(), verificationKey?.contents()]);
  const signer = secret === undefined ? undefined : signerOf(secret);
  if (text !== undefined) return { signer, trusted: trustedKeys(text), trustWasGiven: true };
  return { signer, trusted: signer === undefined ? [] : [signer.trusted], trustWasGiven: false };
}

/**
 * The keys whose signatures count, for what asks for one.
 *
 * @throws UserError where a site gave none
 */
export function requireTrusted({ trusted }: Pick<Evidence, "trusted">): readonly TrustedKey[] {
  if (trusted.length > 0) return trusted;
  throw new UserError(
    "Nothing says whose signature counts: give --verification-key=FILE before the function, with the public keys of those who may judge.",
    "evidence",
  );
}
