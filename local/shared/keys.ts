import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { UsageError } from "../base/usage-error.ts";
import { signingVariable, trustVariable } from "./variables.ts";

const signingPrefix = "mlp-cache-sign-";
const trustPrefix = "mlp-cache-trust-";

/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI. */
const privateHead = Buffer.from("302e020100300506032b657004220420", "hex");
const publicHead = Buffer.from("302a300506032b6570032100", "hex");

/** Signs entries of a cache. */
export interface Signer {
  /** The public half, as `ML_PIPELINE_CACHE_TRUST` has it. */
  readonly trust: string;
  sign(text: string): string;
}

/** Says whether somebody who is trusted has signed a text. */
export type Verifier = (text: string, signature: string) => boolean;

/** Makes a new key: what signs, and what those who read need. */
export function newKey(): { readonly signing: string; readonly trust: string } {
  const signing = signingPrefix + randomBytes(32).toString("base64url");
  return { signing, trust: signerOf(signing).trust };
}

/**
 * Reads a signing key.
 * | @throws UsageError that does not repeat what was given, since it is a secret
 */
export function signerOf(text: string): Signer {
  const key = privateKey(bytesOf(text.trim(), signingPrefix, signingVariable));
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    trust: trustPrefix + spki.subarray(publicHead.length).toString("base64url"),
    sign: (content) => sign(null, Buffer.from(content), key).toString("base64url"),
  };
}

/** Reads the keys that are trusted, separated by commas or spaces. One of them must have signed. */
export function verifierOf(texts: readonly string[]): Verifier {
  const keys = texts
    .flatMap((text) => text.split(/[\s,]+/))
    .filter((text) => text !== "")
    .map((text) => publicKey(bytesOf(text, trustPrefix, `${trustVariable} (--cache-trust)`)));
  return (text, signature) =>
    keys.some((key) => verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url")));
}

const privateKey = (bytes: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privateHead, bytes]), format: "der", type: "pkcs8" });

const publicKey = (bytes: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicHead, bytes]), format: "der", type: "spki" });

function bytesOf(text: string, prefix: string, variable: string): Buffer {
  const other = prefix === trustPrefix ? signingPrefix : trustPrefix;
  if (text.startsWith(other))
    throw new UsageError(
      prefix === trustPrefix
        ? `${variable} has a key that signs, which is a secret: it belongs in ${signingVariable}, and here what begins with ${trustPrefix}`
        : `${variable} has a key that only reads: it belongs in ${trustVariable}, and here what begins with ${signingPrefix}`,
    );
  const bytes = Buffer.from(text.startsWith(prefix) ? text.slice(prefix.length) : "", "base64url");
  if (bytes.length !== 32)
    throw new UsageError(
      `${variable} is no key of a cache: \`ml-pipeline cache key\` makes one, which begins with ${prefix}`,
    );
  return bytes;
}
