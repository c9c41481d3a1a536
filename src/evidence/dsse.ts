import { z } from "zod";
import { jsonOf } from "../json.ts";
import type { Signer, TrustedKey } from "./keys.ts";

/*
 * DSSE, the envelope in which signed statements travel: https://github.com/secure-systems-lab/dsse, protocol and envelope v1.
 */

export const envelopeSchema = z.object({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: z.string() })),
});

export type Envelope = z.output<typeof envelopeSchema>;

/** What the statements of in-toto are. */
export const IN_TOTO = "application/vnd.in-toto+json";

/** What is signed: type and content with their lengths, so that no content can be taken for one of another type. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload]);
}

export function signed(payloadType: string, content: string, signer: Signer): Envelope {
  const payload = Buffer.from(content);
  const sig = signer.sign(preAuthenticationEncoding(payloadType, payload)).toString("base64");
  return { payloadType, payload: payload.toString("base64"), signatures: [{ keyid: signer.id, sig }] };
}

/** What an envelope holds, and who vouches for it. */
export interface Opened {
  readonly payloadType: string;
  readonly content: string;
  /** The key that signed it; undefined where none of the trusted ones did. */
  readonly signedBy: TrustedKey | undefined;
  /** The key that it names as its signer, which is a hint for messages that anyone can write; undefined where it names none. */
  readonly claimed: string | undefined;
}

/**
 * Opens an envelope; undefined for what is none.
 *
 * A `keyid` is a hint that anyone can write, so each signature is tried with each key.
 */
export function opened(text: string, trusted: readonly TrustedKey[]): Opened | undefined {
  const parsed = envelopeSchema.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const { payloadType, payload, signatures } = parsed.data;
  const bytes = fromBase64(payload);
  if (bytes === undefined) return undefined;
  const message = preAuthenticationEncoding(payloadType, bytes);
  const signedBy = trusted.find((key) =>
    signatures.some(({ sig }) => {
      const signature = fromBase64(sig);
      return signature !== undefined && key.verifies(message, signature);
    }),
  );
  const claimed = signatures.map(({ keyid }) => keyid).find((keyid) => keyid !== undefined && isKeyId(keyid));
  return { payloadType, content: bytes.toString("utf8"), signedBy, claimed };
}

/** Whether a text has the form of our names of keys, so that a message can show it. */
export const isKeyId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Bytes of base64, with or without its padding; undefined for other characters, which Node would pass over. */
export function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}
