import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";

/** A private key and its public half, as PEM. */
export interface KeyPair {
  readonly secret: string;
  readonly open: string;
}

export const ed25519 = (): KeyPair => pairOf(generateKeyPairSync("ed25519"));

export const ecdsa = (namedCurve = "P-256"): KeyPair => pairOf(generateKeyPairSync("ec", { namedCurve }));

export const rsa = (): KeyPair => pairOf(generateKeyPairSync("rsa", { modulusLength: 1024 }));

const pairOf = ({ privateKey, publicKey }: KeyPairKeyObjectResult): KeyPair => ({
  secret: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  open: publicKey.export({ type: "spki", format: "pem" }).toString(),
});
