import { createPublicKey } from "node:crypto";
import { bundleFromJSON } from "@sigstore/bundle";
import { dsse } from "@sigstore/core";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { describe, expect, test } from "vitest";
import { fromBase64, IN_TOTO, opened, preAuthenticationEncoding, signed } from "../../../src/evidence/dsse.ts";
import { signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { ecdsa, ed25519, type KeyPair } from "./pairs.ts";

const CONTENT = '{"predicate":"grün"}';

test.each(["", "{}", CONTENT, "a b 5 c"])("what is signed of %j is what the specification says", (content) => {
  const payload = Buffer.from(content);
  expect(preAuthenticationEncoding(IN_TOTO, payload)).toEqual(dsse.preAuthEncoding(IN_TOTO, payload));
});

test("the specification's own example", () => {
  expect(preAuthenticationEncoding("http://example.com/HelloWorld", Buffer.from("hello world")).toString()).toBe(
    "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  );
});

/** Sigstore's own verifier, with a key in place of its public infrastructure. */
function sigstoreVerifies(envelope: object, open: string): boolean {
  const bundle = bundleFromJSON({
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    verificationMaterial: { publicKey: { hint: "key" }, tlogEntries: [] },
    dsseEnvelope: envelope,
  });
  const material = toTrustMaterial(
    { mediaType: "", certificateAuthorities: [], tlogs: [], ctlogs: [], timestampAuthorities: [] },
    () => ({ publicKey: createPublicKey(open), validFor: () => true }),
  );
  try {
    new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(
      toSignedEntity(bundle),
    );
    return true;
  } catch {
    return false;
  }
}

describe.each<[string, KeyPair]>([
  ["Ed25519", ed25519()],
  ["ECDSA", ecdsa()],
])("an envelope signed by %s", (_kind, pair) => {
  const envelope = signed(IN_TOTO, CONTENT, signerOf(pair.secret));
  const trusted = trustedKeys(pair.open);

  test("opens, and says who signed", () => {
    expect(opened(JSON.stringify(envelope), trusted)).toEqual({
      payloadType: IN_TOTO,
      content: CONTENT,
      signedBy: trusted[0],
      claimed: trusted[0]?.id,
    });
    expect(opened(JSON.stringify(envelope), [...trustedKeys(ed25519().open), ...trusted])?.signedBy).toBe(trusted[0]);
  });

  test("is one for Sigstore's verifier", () => {
    expect(sigstoreVerifies(envelope, pair.open)).toBe(true);
    expect(sigstoreVerifies(envelope, ecdsa().open)).toBe(false);
    expect(sigstoreVerifies({ ...envelope, payload: Buffer.from("{}").toString("base64") }, pair.open)).toBe(false);
  });

  test.each([
    ["another content", { payload: Buffer.from("{}").toString("base64") }],
    ["another type", { payloadType: "application/json" }],
    ["no signature", { signatures: [] }],
    ["an empty signature", { signatures: [{ keyid: trusted[0]?.id, sig: "" }] }],
    [
      "a signature of another key that names this one",
      {
        signatures: [{ ...signed(IN_TOTO, CONTENT, signerOf(ed25519().secret)).signatures[0], keyid: trusted[0]?.id }],
      },
    ],
  ])("with %s has none that counts", (_what, change) => {
    expect(opened(JSON.stringify({ ...envelope, ...change }), trusted)).toMatchObject({ signedBy: undefined });
  });

  test("nobody's key opens it for nobody", () => {
    expect(opened(JSON.stringify(envelope), [])?.signedBy).toBeUndefined();
  });
});

test.each([
  "",
  "{}",
  "[]",
  "null",
  '{"payloadType":"a","payload":"%%%","signatures":[]}',
  '{"payload":"","signatures":[]}',
])("%j is no envelope", (text) => {
  expect(opened(text, [])).toBeUndefined();
});

test.each([
  ["YWJj", "abc"],
  ["YWI=", "ab"],
  ["YWI", "ab"],
  ["", ""],
  ["YW Jj", undefined],
  ["YWJj\n", undefined],
  ["YWJj!", undefined],
])("%j is base64 of %j", (text, expected) => {
  expect(fromBase64(text)?.toString()).toBe(expected);
});
