import type { TrustedKey } from "./keys.ts";

/* What deploy asks of whoever can verify the attestation of an image. */

/** A verdict about an image that a trusted key signed. */
export interface ImageVerdict {
  readonly verdict: "passed" | "failed";
  /** Why it failed; empty when it passed. */
  readonly reason: string;
  readonly keyId: string;
  readonly timeCreated: string;
  /** Whether a person is to decide about the change, and with which accepted model it was compared; absent where no run found that out. */
  readonly approval?: {
    readonly required: boolean;
    readonly change?: readonly string[];
    readonly comparedWith?: string;
  };
  /** Content hashes, `sha256:…`, of what the image was made of. */
  readonly hashes: { readonly source?: string; readonly data?: string; readonly model?: string };
}

/**
 * Verifies the attestation of an image.
 *
 * @param image by digest
 * @param trusted keys whose signatures count
 * @throws UserError where there is none that one of them signed
 */
export type ImageVerifier = (image: string, trusted: readonly TrustedKey[]) => Promise<ImageVerdict>;
