import { afterEach, beforeEach, expect, test } from "vitest";
import { attestation } from "../../../src/evidence/attestation.ts";
import type { Evidence } from "../../../src/evidence/evidence.ts";
import { signerOf } from "../../../src/evidence/keys.ts";
import { requireOwnTrusted, verifiedImage } from "../../../src/functions/verified-image.ts";
import { imageVerifier } from "../../../src/functions/verify-image.ts";
import { verdictStatements } from "../../../src/model/verdict.ts";
import { openRepository, type Repository } from "../../../src/registry/connection.ts";
import type { Descriptor } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach } from "../../../src/registry/referrers.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";
import { configOf } from "../support.ts";

/* What deploy believes of an image, against a registry that answers. */

let registry: OciRegistry;
let repository: Repository;
let image: Descriptor;
const signer = signerOf(ed25519().secret);
const stranger = signerOf(ecdsa().secret);

beforeEach(async () => {
  registry = await startOciRegistry();
  repository = await openRepository(parseReference(`${registry.address}/model`, "--image"), undefined, "pull,push");
  image = await pushTinyImage(repository);
});
afterEach(() => registry.close());

const reference = (): string => `${registry.address}/model:v1@${image.digest}`;
const keys: Evidence = { trusted: [signer.trusted], trustWasGiven: true };
const asking = configOf("[evidence]\nrequire-signature = true");
const silent = configOf("");
const verified = (config = silent, evidence = keys) =>
  verifiedImage({ config, evidence }, reference(), imageVerifier({}));

const signed = (by = signer, verdict: "passed" | "failed" = "passed"): Promise<void> => {
  const { validation } = judgedManifest;
  if (validation === undefined) throw new Error("the manifest of the tests is judged");
  const reason = verdict === "passed" ? "" : "gates: accuracy 0.1";
  const manifest = { ...judgedManifest, validation: { ...validation, verdict, reason } };
  const [statement = ""] = verdictStatements({ name: "model", sha256: image.digest }, manifest, new Date());
  return attach(repository, image, [attestation(statement, by)]);
};

test("nobody asks the registry where neither the site nor the project asks for a signature", async () => {
  const before = registry.requests.length;
  expect(await verified(silent, { trusted: [], trustWasGiven: false })).toBeUndefined();
  expect(await verified(silent, { signer, trusted: [signer.trusted], trustWasGiven: false })).toBeUndefined();
  expect(registry.requests).toHaveLength(before);
});

test.each([
  ["--verification-key", silent, keys],
  ["evidence.require-signature", asking, keys],
  ["evidence.require-signature with the signer's own key", asking, { ...keys, signer, trustWasGiven: false }],
])("%s lets an image through that a trusted key vouches for", async (_asks, config, evidence) => {
  await signed();
  expect(await verified(config, evidence)).toMatchObject({
    ...{ verdict: "passed", keyId: signer.id },
    hashes: { model: judgedManifest.model },
  });
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  ["without a verdict", async () => {}, /no verdict is attached to it/],
  ["that somebody else signed", () => signed(stranger), /has no signature of a trusted key/],
  ["that failed", () => signed(signer, "failed"), /key \w{64} signed that it failed: gates: accuracy 0\.1/],
  ["in a registry that is away", () => registry.close(), /does not answer \(connection refused;/],
])("an image %s is refused by name, with what asks for a verdict", async (_what, make, words) => {
  await make();
  for (const [asks, config] of [
    ["--verification-key", silent],
    ["evidence.require-signature", asking],
  ] as const) {
    const refusal = verified(config);
    await expect(refusal).rejects.toThrow(
      `${reference()} is not deployed, since ${asks} asks for a signed verdict about it: `,
    );
    await expect(refusal).rejects.toThrow(words);
    await expect(refusal).rejects.toThrow(/^(?:(?!See docs).)*See docs\/evidence\.md of ml-pipeline\.$/s);
  }
});

test("hashes that a report or notes have of an image are those that were signed", async () => {
  await signed();
  const told = (model: string) =>
    verifiedImage({ config: silent, evidence: keys }, reference(), imageVerifier({}), { model });
  expect(await told(judgedManifest.model)).toMatchObject({ verdict: "passed" });
  await expect(told("sha256:0")).rejects.toThrow(
    `signed that its model is ${judgedManifest.model}, and what came with it says sha256:0.`,
  );
});

test("a signature that is asked for, without a key to tell it by, is a mistake of the call", async () => {
  const refusal = verified(asking, { trusted: [], trustWasGiven: false });
  await expect(refusal).rejects.toThrow(`${reference()} is not deployed, since evidence.require-signature asks`);
  await expect(refusal).rejects.toThrow("give --verification-key=FILE before the function");
});

test("a run whose own signature would not count is refused before it begins", () => {
  const refusal = (config: typeof silent, evidence: Evidence) => () => requireOwnTrusted({ config, evidence });
  expect(refusal(silent, { trusted: [], trustWasGiven: false })).not.toThrow();
  expect(refusal(asking, { signer, trusted: [signer.trusted], trustWasGiven: false })).not.toThrow();
  expect(refusal(silent, { ...keys, signer })).not.toThrow();
  expect(refusal(silent, keys)).toThrow(
    "--verification-key asks for a signed verdict about what is deployed, and there",
  );
  expect(refusal(asking, { ...keys, signer: stranger })).toThrow(/is none of those of --verification-key/);
});
