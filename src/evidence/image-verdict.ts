/* What deploy asks of whoever can verify the attestation of an image. */

/** A verdict about an image that a trusted key signed. */
export interface ImageVerdict {
  readonly verdict: "passed" | "failed";
  /** Why it failed; empty when it passed. */
  readonly reason: string;
  readonly keyId: string;
  readonly timeCreated: string;
  /** Content hashes, `sha256:…`, of what the image was made of. */
  readonly hashes: { readonly source?: string; readonly data?: string; readonly model?: string };
}

/**
 * Verifies the attestation of an image.
 *
 * @param image by digest
 * @throws UserError where there is none that a trusted key signed
 */
export type ImageVerifier = (image: string) => Promise<ImageVerdict>;
