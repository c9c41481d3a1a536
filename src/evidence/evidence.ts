import type { File, Secret } from "@dagger.io/dagger";
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
