import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attestation } from "../../../src/evidence/attestation.ts";
import { type Signer, shortKey, signerOf, type TrustedKey, trustedKeys } from "../../../src/evidence/keys.ts";
import { SBOM_TYPE } from "../../../src/evidence/sbom.ts";
import { statement } from "../../../src/evidence/statement.ts";
import { imageVerifier, verifyImage } from "../../../src/functions/verify-image.ts";
import { approvalStatement } from "../../../src/model/signed-approval.ts";
import { VERDICT_TYPE, verdictStatements } from "../../../src/model/verdict.ts";
import { openRepository, type Repository } from "../../../src/registry/connection.ts";
import type { Descriptor } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach } from "../../../src/registry/referrers.ts";
import { attest } from "../../../src/stages/attest.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";
import { imageFacts, judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

let registry: OciRegistry;
let repository: Repository;
let image: Descriptor;
const signer = signerOf(ed25519().secret);
const stranger = signerOf(ecdsa().secret);
const trusted = [...trustedKeys(ecdsa().open), signer.trusted];

beforeEach(async () => {
  registry = await startOciRegistry();
  repository = await openRepository(parseReference(`${registry.address}/model`, "--image"), undefined, "pull,push");
  image = await pushTinyImage(repository);
});
afterEach(() => registry.close());

const reference = (): string => `${registry.address}/model:v1@${image.digest}`;
const attestWith = (by: Signer | undefined, facts = imageFacts) =>
  attest({ published: reference(), facts, signer: by });
const verify = (name = reference(), keys: readonly TrustedKey[] = trusted): Promise<string> =>
  verifyImage({}, name, keys);
const kinds = (): string[] =>
  registry.requests.filter((line) => /^PUT .*manifests/.test(line)).map((line) => line.replace(/.*manifests\//, ""));

test("an image is pushed once, and what is said of it is attached once", async () => {
  expect(await attestWith(signer)).toMatchObject({
    status: "passed",
    message: `attached the verdict, its summary, the SBOM of 6 packages, the provenance; signed by key ${signer.id.slice(0, 16)}`,
  });
  const before = kinds();
  const later = { ...imageFacts, build: { ...imageFacts.build, startedOn: "2026-12-01T00:00:00.000Z", runId: "18" } };
  expect(await attestWith(signer, later)).toMatchObject({ message: expect.stringMatching(/^all was attached before/) });
  expect(kinds()).toEqual(before);
  const other = { ...imageFacts, build: { ...imageFacts.build, commit: "d".repeat(40) } };
  expect(await attestWith(signer, other)).toMatchObject({
    message: expect.stringMatching(/^attached the provenance;/),
  });
});

test("verify says who judged it, with which gates, when, and from what", async () => {
  await attestWith(signer);
  expect((await verify()).split("\n")).toEqual([
    `passed: signed by key ${signer.id} at 2026-11-29T12:00:00Z`,
    "  ✓ metrics: accuracy 0.9 (at least 0.85)",
    "  – shadow: nothing to compare with",
    `  image         ${registry.address}/model@${image.digest}`,
    "  SBOM          6 packages",
    `  provenance    commit ${"c".repeat(40)}`,
    `  model         ${judgedManifest.model}`,
    `  source        ${judgedManifest.source}`,
    `  data          ${judgedManifest.data}`,
    "  Python        3.11",
    "  base image    python:3.11-slim",
  ]);
  expect(await verify(`${registry.address}/model:v1`)).toContain(
    `image         ${registry.address}/model@${image.digest}`,
  );
});

test("without a key it is attached, and convinces nobody", async () => {
  expect(await attestWith(undefined)).toMatchObject({
    message: expect.stringMatching(/not signed, since there is no --signing-key$/),
  });
  await expect(verify()).rejects.toThrow(/is not signed, so anybody may have written it/);
  expect(await attestWith(undefined)).toMatchObject({
    message: expect.stringMatching(/^all was attached before; not signed/),
  });
  expect(await attestWith(signer)).toMatchObject({
    message: expect.stringMatching(/^attached the verdict, .*; signed/),
  });
  expect(await verify()).toMatch(/^passed/);
});

test("a program gets the same as a verdict, for whoever deploys", async () => {
  await attestWith(signer);
  expect(await imageVerifier({})(reference(), trusted)).toEqual({
    ...{ verdict: "passed", reason: "", keyId: signer.id, timeCreated: "2026-11-29T12:00:00Z" },
    hashes: { source: judgedManifest.source, data: judgedManifest.data, model: judgedManifest.model },
  });
  await attachOne(verdictOf(image.digest, failed, "2026-12-24T12:00:00Z"), signer);
  expect(await imageVerifier({})(reference(), trusted)).toMatchObject({
    ...{ verdict: "failed", reason: "gates: accuracy 0.1" },
  });
});

/** Attaches one statement. */
const attachOne = (content: string, by: Signer | undefined): Promise<void> =>
  attach(repository, image, [attestation(content, by)]);
const other = `sha256:${"e".repeat(64)}`;
const attestOther = (by: Signer | undefined, about = image.digest): Promise<void> =>
  attachOne(statement({ name: "model", sha256: about }, SBOM_TYPE, { components: [] }), by);
const verdictOf = (sha256: string, manifest = judgedManifest, time = "2026-11-29T12:00:00Z"): string =>
  verdictStatements({ name: "model", sha256 }, manifest, new Date(time))[0] ?? "";
const failed = {
  ...judgedManifest,
  validation: { ...judgedManifest.validation, verdict: "failed", reason: "gates: accuracy 0.1" },
} as typeof judgedManifest;

test("verify says what kind of change it is, and who approved it, with whose signature", async () => {
  const [reviewer, second] = [signerOf(ecdsa().secret), signerOf(ecdsa().secret)];
  await attestWith(signer, { ...imageFacts, approval: { required: true, change: ["code"], comparedWith: "sha256:m" } });
  const decision = { decision: "approved", environment: "production", verdict: undefined, replaces: [] } as const;
  const approved = (by: string, note?: string) =>
    approvalStatement(
      { name: "model", sha256: image.digest },
      { ...decision, by, note },
      new Date("2026-11-30T12:00:00Z"),
    );
  await attachOne(approved("Reviewer", "TICKET-7"), reviewer);
  await attachOne(approved("Second"), second);
  await attachOne(approved("Somebody"), undefined);
  const lines = async (approvers?: readonly TrustedKey[]) =>
    (await verifyImage({}, reference(), trusted, approvers)).split("\n").filter((line) => /approval|change/.test(line));
  const at = "at 2026-11-30T12:00:00Z";
  expect((await lines([reviewer.trusted])).sort()).toEqual([
    `  approval      not signed, so anybody may have written it: production approved ${at} by Somebody`,
    `  approval      signed by key ${reviewer.id.slice(0, 16)}: production approved ${at} by Reviewer (TICKET-7)`,
    `  approval      signed by no key of --approval-key, by its own word by key ${shortKey(second.id)}: production approved ${at} by Second`,
    "  change        code, since sha256:m: for a person to decide",
  ]);
  expect((await lines())[1]).toMatch(
    /approval +signed, not checked: no --approval-key: production approved at \S+ by Reviewer/,
  );
  await attachOne(statement({ name: "model", sha256: image.digest }, "urn:ml-pipeline:approval:v2", {}), reviewer);
  expect((await lines([reviewer.trusted])).join("\n")).toMatch(
    /approval +sha256:\w+ is of a form that this version of ml-pipeline does not know \(urn:ml-pipeline:approval:v2\)/,
  );
});

describe("is refused, and named:", () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["an image without any attestation", async () => {}, /no verdict is attached to it/],
    [
      "one that says other things alone",
      () => attachOne(statement({ name: "model", sha256: image.digest }, "urn:other", {}), signer),
      /no verdict is attached to it/,
    ],
    [
      "a verdict of another key",
      () => attestWith(stranger),
      /no signature of a trusted key: signed by key \w{16}; trusted here: \w{16}, \w{16}/,
    ],
    [
      "a verdict about another image",
      () => attachOne(verdictOf(`sha256:${"f".repeat(64)}`), signer),
      /the verdict sha256:\w+ is about another image/,
    ],
    [
      "a verdict of something that failed",
      () => attachOne(verdictOf(image.digest, failed), signer),
      /It did not pass: gates: accuracy 0\.1/,
    ],
    [
      "a verdict in a form that is not known",
      () => attachOne(statement({ name: "model", sha256: image.digest }, VERDICT_TYPE, { passed: true }), signer),
      /is of a form that this version of ml-pipeline does not know/,
    ],
    [
      "a number that was changed in what was signed",
      () =>
        changeAttached((text) =>
          text.replace(/"payload":"[^"]+"/, `"payload":"${Buffer.from(verdictOf(image.digest)).toString("base64")}"`),
        ),
      /has no signature of a trusted key: it names key \w{16}, .*it was changed/,
    ],
    [
      "half of an attestation",
      () => changeAttached((text) => text.slice(0, 300)),
      /is not what the pipeline wrote, and there is no other verdict/,
    ],
  ])("%s", async (_what, make, words) => {
    await make();
    await expect(verify()).rejects.toThrow(words);
    await expect(verify()).rejects.toThrow(image.digest);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ["nobody signed", () => attestOther(undefined), /its list of packages \(SBOM\) sha256:\w+ is not signed/],
    [
      "a stranger signed",
      () => attestOther(stranger),
      /its list of packages \(SBOM\) sha256:\w+ has no signature of a/,
    ],
    [
      "is about another image",
      () => attestOther(signer, other),
      /its list of packages \(SBOM\) sha256:\w+ is about an/,
    ],
  ])("a list of packages that %s, where there is no other", async (_what, make, words) => {
    await attachOne(verdictOf(image.digest), signer);
    expect(await verify()).toMatch(/SBOM +none is attached/);
    await make();
    await expect(verify()).rejects.toThrow(words);
    await attestWith(signer);
    expect(await verify()).toMatch(/SBOM +6 packages/);
  });

  test("one byte of the image or of what is attached to it", async () => {
    await attestWith(signer);
    const parts = [...registry.content.values()].filter(({ bytes }) => bytes.toString() !== "{}");
    expect(parts).toHaveLength(3 + 4 * 2);
    for (const part of parts) {
      const { bytes } = part;
      const at = Math.floor(bytes.length / 2);
      part.bytes = Buffer.from(bytes);
      part.bytes[at] = (part.bytes[at] ?? 0) ^ 1;
      await expect(verify()).rejects.toThrow(/was changed in the registry: it is to be sha256:\w+, and is sha256:/);
      part.bytes = bytes;
    }
    expect(await verify()).toMatch(/^passed/);
  });

  test("an image that is not there, and a registry that is not", async () => {
    await expect(verify(`${registry.address}/model:v2`)).rejects.toThrow(/there is no .*\/model:v2 in the registry/);
    await expect(verify(`${registry.address}/model@sha256:${"0".repeat(64)}`)).rejects.toThrow(
      /has no manifest sha256:0/,
    );
    await registry.close();
    await expect(verify()).rejects.toThrow(/does not answer \(connection refused;/);
  });
});

/** Attaches what was signed, with other bytes, as somebody would who may push to the registry. */
async function changeAttached(change: (text: string) => string): Promise<void> {
  const { type, content, annotations } = attestation(verdictOf(image.digest, failed), signer);
  await attach(repository, image, [{ type, annotations, content: Buffer.from(change(content.toString())) }]);
}

test("the newest of several verdicts counts, whatever others attach", async () => {
  await attestWith(signer);
  await attestWith(stranger);
  await changeAttached((text) => text.slice(0, 300));
  expect(await verify()).toMatch(/^passed/);
  await attachOne(verdictOf(image.digest, failed, "2026-12-24T12:00:00Z"), signer);
  await expect(verify()).rejects.toThrow(/It did not pass/);
});

test("evidence that cannot be attached fails what is signed, and is a warning elsewhere", async () => {
  await registry.close();
  const lacking = await attestWith(signer);
  expect(lacking).toMatchObject({
    status: "failed",
    message: expect.stringMatching(/does not answer \(connection refused; [^)]*\)\. The image is pushed/),
  });
  expect(await attestWith(undefined)).toMatchObject({
    status: "passed",
    warnings: [expect.stringContaining("does not answer")],
  });
  expect(await attestWith(undefined, { ...imageFacts, signatureRequired: true })).toMatchObject({ status: "failed" });
});
