import { bundleFromJSON } from "@sigstore/bundle";
import { describe, expect, test } from "vitest";
import { attestation, openAttestation, saysTheSame } from "../../../src/evidence/attestation.ts";
import { BUNDLE_TYPE } from "../../../src/evidence/bundle.ts";
import { IN_TOTO } from "../../../src/evidence/dsse.ts";
import { signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { statement } from "../../../src/evidence/statement.ts";
import { ecdsa, ed25519 } from "./pairs.ts";

const image = `sha256:${"a".repeat(64)}`;
const about = (sha256: string, predicate: object): string => statement({ name: "model", sha256 }, "urn:x", predicate);
const content = about(image, { a: 1, timeCreated: "2026-01-01T00:00:00Z" });

describe.each([
  ["Ed25519", ed25519()],
  ["ECDSA", ecdsa()],
])("what is signed by %s", (_kind, pair) => {
  const signer = signerOf(pair.secret);
  const made = attestation(content, signer);
  const found = { digest: image, type: made.type, content: made.content };

  test("is a bundle of Sigstore, which its own library reads", () => {
    const bundle = bundleFromJSON(JSON.parse(made.content.toString()));
    expect(bundle).toMatchObject({
      mediaType: BUNDLE_TYPE,
      // cosign tries no key where it stands in the envelope by a name that is not its own.
      content: { dsseEnvelope: { payloadType: "application/vnd.in-toto+json", signatures: [{ keyid: "" }] } },
      verificationMaterial: { content: { $case: "publicKey" }, tlogEntries: [] },
    });
    expect(made).toMatchObject({
      type: BUNDLE_TYPE,
      annotations: { "dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": "urn:x" },
    });
  });

  test("is opened by who trusts the key, and told to be signed by nobody to others", () => {
    expect(openAttestation(found, trustedKeys(pair.open))).toMatchObject({
      ...{ digest: image, isSigned: true, signedBy: { id: signer.id } },
      statement: { predicateType: "urn:x", predicate: { a: 1 } },
    });
    expect(openAttestation(found, trustedKeys(ed25519().open))).toMatchObject({ isSigned: true, signedBy: undefined });
  });

  test("says the same at another time, and not for another image, of another key, or with another word", () => {
    const opened = openAttestation(found, [signer.trusted]);
    expect(saysTheSame(opened, about(image, { a: 1, timeCreated: "2026-02-02T00:00:00Z" }), image, signer)).toBe(true);
    expect(saysTheSame(opened, about(image, { a: 2 }), image, signer)).toBe(false);
    expect(saysTheSame(opened, content, `sha256:${"b".repeat(64)}`, signer)).toBe(false);
    expect(saysTheSame(opened, content, image, signerOf(ed25519().secret))).toBe(false);
    expect(saysTheSame(opened, content, image, undefined)).toBe(false);
  });
});

test("what is not signed is the statement itself", () => {
  const made = attestation(content, undefined);
  expect(made).toMatchObject({
    type: "application/vnd.in-toto+json",
    annotations: { "in-toto.io/predicate-type": "urn:x" },
  });
  const opened = openAttestation({ digest: image, ...made }, trustedKeys(ed25519().open));
  expect(opened).toMatchObject({ isSigned: false, signedBy: undefined, statement: { predicate: { a: 1 } } });
  expect(saysTheSame(opened, content, image, undefined)).toBe(true);
});

test.each(["", "{}", '{"dsseEnvelope":{}}', '{"dsseEnvelope":17}', "\u0000"])("%j is no attestation", (text) => {
  const opened = openAttestation({ digest: image, type: BUNDLE_TYPE, content: Buffer.from(text) }, []);
  expect(opened).toMatchObject({ statement: undefined, signedBy: undefined });
});

describe("what somebody without a key attached to break its readers is no statement:", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const open = (type: string, text: string) =>
    openAttestation({ digest: image, type, content: Buffer.from(text) }, trustedKeys(ed25519().open));

  test.each([
    ["a bundle", BUNDLE_TYPE, `{"dsseEnvelope":{"a":${deep}}}`],
    [
      "an envelope beside what counts",
      BUNDLE_TYPE,
      `{"dsseEnvelope":{"payloadType":"","payload":"","signatures":[],"a":${deep}}}`,
    ],
    ["a predicate", IN_TOTO, about(image, { a: 1 }).replace('"a":1', `"a":${deep}`)],
  ])("%s", (_what, type, text) => {
    expect(open(type, text)).toMatchObject({ statement: undefined, signedBy: undefined });
  });

  test("and what is beside an envelope is no part of it", () => {
    const envelope = { payloadType: IN_TOTO, payload: "e30=", signatures: [{ sig: "", keyid: "" }] };
    const { envelope: found } = open(BUNDLE_TYPE, JSON.stringify({ dsseEnvelope: { ...envelope, more: [1] } }));
    expect(JSON.parse(found ?? "")).toEqual(envelope);
  });
});
