import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { UserError } from "../errors.ts";

/*
 * Keys that sign verdicts, and those that are trusted: Ed25519, and ECDSA on the curve P-256 with SHA-256, in PEM.
 */

export interface Signer {
  /** SHA-256 of the public key (DER of its SubjectPublicKeyInfo), in hexadecimal digits. */
  readonly id: string;
  sign(message: Uint8Array): Buffer;
  /** The key that tells its signatures. */
  readonly trusted: TrustedKey;
}

export interface TrustedKey {
  /** As that of the signer. */
  readonly id: string;
  verifies(message: Uint8Array, signature: Uint8Array): boolean;
}

const FORMS = "an Ed25519 key, or one of ECDSA on P-256, as PEM";

const HOW_TO_MAKE =
  "`openssl genpkey -algorithm ed25519 -out key.pem` makes one, `openssl pkey -in key.pem -pubout` prints its public half";

/**
 * Reads the key that signs.
 *
 * @throws UserError for anything but an unencrypted private key of a kind that is known; the message never holds any of it
 */
export function signerOf(pem: string): Signer {
  if (/ENCRYPTED/.test(pem)) {
    throw new UserError(
      "--signing-key: the key is encrypted, and nobody is there to type its password. Give it without one, from the store of secrets of the CI system. " +
        "A key that cosign made is always encrypted: make one with openssl, and `cosign import-key-pair` takes it.",
      "evidence",
    );
  }
  const key = keyOf(pem, createPrivateKey);
  if (key === undefined) throw refused("--signing-key", "a private key", pem);
  const trusted = trustedKey(createPublicKey(key));
  return { id: trusted.id, trusted, sign: (message) => sign(hashOf(key), message, key) };
}

/**
 * Reads trusted keys: the public halves of those that may sign, one PEM block after the other.
 *
 * @param flag what they came by
 * @throws UserError for anything else, a private key included
 */
export function trustedKeys(text: string, flag = "--verification-key"): TrustedKey[] {
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g) ?? [];
  if (blocks.length === 0) throw refused(flag, "a public key", text);
  return blocks.map((pem) => {
    // Node makes a public key of a private one, and who is given that could sign.
    if (/PRIVATE/.test(pem)) throw refused(flag, "a public key", pem);
    const key = keyOf(pem, createPublicKey);
    if (key === undefined) throw refused(flag, "a public key", pem);
    return trustedKey(key);
  });
}

function trustedKey(key: KeyObject): TrustedKey {
  const der = key.export({ type: "spki", format: "der" });
  const id = createHash("sha256").update(der).digest("hex");
  return { id, verifies: (message, signature) => verify(hashOf(key), message, key, signature) };
}

/** A key of a kind that is known; undefined for others, and for what is no key. */
function keyOf(pem: string, read: (pem: string) => KeyObject): KeyObject | undefined {
  try {
    const key = read(pem);
    return hashOf(key) === undefined ? undefined : key;
  } catch {
    return undefined;
  }
}

/** The hash that goes with a key: Ed25519 has its own. Undefined for a kind that is not known. */
function hashOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): "sha256" | null | undefined {
  if (type === "ed25519") return null;
  return type === "ec" && details?.namedCurve === "prime256v1" ? "sha256" : undefined;
}

/** Says what a text is, by its first line alone: the rest may be a secret. */
function refused(flag: string, wanted: string, text: string): UserError {
  const kind = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1];
  const found = kind === undefined ? "no PEM at all" : `"${kind}"`;
  return new UserError(`${flag}: expected ${wanted}, ${FORMS}, and found ${found}. ${HOW_TO_MAKE}.`, "evidence");
}

/** Enough of a key's name to tell it from another. */
export const shortKey = (id: string): string => id.slice(0, 16);
