import { z } from "zod";
import { jsonOf } from "../json.ts";
import { type Envelope, envelopeSchema, isKeyId } from "./dsse.ts";
import type { Signer } from "./keys.ts";

/*
 * Bundles of Sigstore, v0.3: https://github.com/sigstore/protobuf-specs. They are the form in which cosign 3 keeps attestations of an
 * image. Ours name the key by a hint, and have no entry of a transparency log: who trusts the key needs none.
 */

export const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** The name of a key in the envelope is left out: cosign has other names for keys, and tries no key that is not of that name. */
export const bundleOf = ({ signatures, ...envelope }: Envelope, { id }: Pick<Signer, "id">): string =>
  JSON.stringify({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: Buffer.from(id, "hex").toString("base64") }, tlogEntries: [] },
    dsseEnvelope: { ...envelope, signatures: signatures.map(({ sig }) => ({ sig, keyid: "" })) },
  });

const bundleSchema = z.object({
  dsseEnvelope: envelopeSchema,
  verificationMaterial: z
    .object({ publicKey: z.object({ hint: z.string() }) })
    .optional()
    .catch(undefined),
});

/** The envelope of a bundle, whoever made it; undefined for what has none. */
export function envelopeIn(bundle: string): string | undefined {
  const found = bundleSchema.safeParse(jsonOf(bundle)).data;
  return found === undefined ? undefined : JSON.stringify(found.dsseEnvelope);
}

/** The key that a bundle of ours names as its signer; undefined for one of others. */
export function hintIn(bundle: string): string | undefined {
  const hint = bundleSchema.safeParse(jsonOf(bundle)).data?.verificationMaterial?.publicKey.hint;
  const id = Buffer.from(hint ?? "", "base64").toString("hex");
  return isKeyId(id) ? id : undefined;
}
