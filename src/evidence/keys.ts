import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { UserError } from "../errors.ts";
import { pemBlocks } from "./pem.ts";

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
  if ((pem.match(/-----BEGIN [^-]*PRIVATE KEY-----/g) ?? []).length > 1) {
    throw new UserError("--signing-key: there are two keys in it. Which one signs? Give one.", "evidence");
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
  const blocks = pemBlocks(text, flag);
  if (blocks.length === 0) throw refused(flag, "a public key", text);
  return blocks.map(({ label, pem }) => {
    // Node makes a public key of a private one, and who is given that could sign, and of a certificate, whose dates nobody would look at.
    const key = label === "PUBLIC KEY" ? keyOf(pem, createPublicKey) : undefined;
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
  const block = /^\s*-----BEGIN ([A-Z0-9 ]{0,30}(?:KEY|CERTIFICATE|PARAMETERS))-----/m.exec(text)?.[1];
  const none = text.includes("-----BEGIN ") ? "other PEM" : "no PEM at all";
  const found = block === undefined ? none : `"${block}"${kindIn(text)}`;
  const how =
    block === "CERTIFICATE" ? "`openssl x509 -in FILE -noout -pubkey` prints the key of a certificate" : HOW_TO_MAKE;
  return new UserError(`${flag}: expected ${wanted}, ${FORMS}, and found ${found}. ${how}.`, "evidence");
}

/** Kinds of keys that are not known, as people call them. */
const KINDS: Readonly<Record<string, string>> = {
  ...{ ed25519: "Ed25519", ed448: "Ed448", x25519: "X25519" },
  ...{ rsa: "RSA", "rsa-pss": "RSA-PSS", dsa: "DSA", dh: "Diffie-Hellman" },
};

/** Curves as people call them, and not as OpenSSL does. */
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** What kind of key a PEM block is, in brackets: its first line does not say it. Empty for what is no key that Node knows. */
function kindIn(pem: string): string {
  try {
    const read = /PRIVATE/.test(pem) ? createPrivateKey : createPublicKey;
    const { asymmetricKeyType: type = "", asymmetricKeyDetails: details } = read(pem);
    const { modulusLength: bits, namedCurve: curve } = details ?? {};
    const name = type === "ec" ? `ECDSA on ${CURVES[curve ?? ""] ?? curve ?? "another curve"}` : (KINDS[type] ?? type);
    return ` (${name}${bits === undefined ? "" : `, ${bits} bits`})`;
  } catch {
    return "";
  }
}

/** Enough of a key's name to tell it from another. */
export const shortKey = (id: string): string => id.slice(0, 16);

/**
 * Why a signature is of no trusted key, with both sides: who has given the wrong key is to see that, and does not look for damage.
 *
 * @param claimed the key that signed, by its own word, which anyone can write; undefined where nothing says it
 */
export function strangerText(
  claimed: string | undefined,
  trusted: readonly Pick<TrustedKey, "id">[],
  [whose, here]: readonly [whose: string, here: string] = ["a trusted key", "trusted here"],
): string {
  const keys = `${here}: ${trusted.map(({ id }) => shortKey(id)).join(", ")}`;
  const none = `has no signature of ${whose}`;
  if (claimed === undefined) return `${none}: nothing names the key that signed it; ${keys}`;
  return trusted.some(({ id }) => id === claimed)
    ? `${none}: it names key ${shortKey(claimed)}, whose signature it has not, so it was changed; ${keys}`
    : `${none}: signed by key ${shortKey(claimed)}; ${keys}`;
}
