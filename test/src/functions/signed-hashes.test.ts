import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attestation } from "../../../src/evidence/attestation.ts";
import type { Evidence } from "../../../src/evidence/evidence.ts";
import { type Signer, signerOf } from "../../../src/evidence/keys.ts";
import { countingHashes } from "../../../src/functions/signed-hashes.ts";
import { verdictStatements } from "../../../src/model/verdict.ts";
import { openRepository } from "../../../src/registry/connection.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach } from "../../../src/registry/referrers.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";
import { configOf } from "../support.ts";

/* By which hashes a pointer of the model store follows what runs, against a registry that answers. */

const [judge, reviewer] = [signerOf(ed25519().secret), signerOf(ecdsa().secret)];
const { source, data, model } = judgedManifest;
/** What anybody may have noted at the workload. */
const noted = { source: "sha256:1", data: "sha256:2", model: "sha256:3" };
const keys: Evidence = { trusted: [judge.trusted], trustWasGiven: true };

let registries: OciRegistry[];
/** By digest: an image that the judge vouches for, one that a stranger does, and one whose registry is away. */
let judged: string;
let strange: string;
let away: string;
beforeAll(async () => {
  registries = await Promise.all([startOciRegistry(), startOciRegistry(), startOciRegistry()]);
  const push = async ({ address }: OciRegistry, by: Signer): Promise<string> => {
    const repository = await openRepository(parseReference(`${address}/model`, "--image"), undefined, "pull,push");
    const image = await pushTinyImage(repository);
    const [statement = ""] = verdictStatements({ name: "model", sha256: image.digest }, judgedManifest, new Date());
    await attach(repository, image, [attestation(statement, by)]);
    return `${address}/model@${image.digest}`;
  };
  const [one, other, gone] = registries as [OciRegistry, OciRegistry, OciRegistry];
  [judged, strange, away] = [await push(one, judge), await push(other, reviewer), await push(gone, judge)];
  await gone.close();
});
afterAll(() => Promise.all(registries.slice(0, 2).map((one) => one.close())));

const counting = (image: string, evidence: Evidence = keys, toml = "") =>
  countingHashes({ registry: {} }, { config: configOf(toml), evidence }, image, noted);

test("what is noted counts where nothing asks for a signature, and nobody asks the registry", async () => {
  expect(await counting(away, { trusted: [], trustWasGiven: false })).toEqual(noted);
});

const own: Evidence = { signer: judge, trusted: [judge.trusted], trustWasGiven: false };
test.each<[string, Evidence, string]>([
  ["--verification-key", keys, ""],
  ["evidence.require-signature", own, "[evidence]\nrequire-signature = true"],
  ["--approval-key", { ...own, approvers: [reviewer.trusted] }, ""],
  ["approval.require-signature", own, "[approval]\nrequire-signature = true"],
])("what a trusted key signed counts where %s asks for signatures", async (_asks, evidence, toml) => {
  expect(await counting(judged, evidence, toml)).toEqual({ source, data, model });
});

describe("nothing counts, and it is said why, of an image", () => {
  test.each<[string, () => string, Evidence, RegExp]>([
    [
      "that a stranger vouches for",
      () => strange,
      keys,
      /^--verification-key asks .*, and no trusted key signed which/,
    ],
    ["without a digest", () => judged.replace(/@.*/, ":v1"), keys, /has no digest, and its tag may stand for another/],
    ["that is gone", () => judged.replace(/.{64}$/, "0".repeat(64)), keys, /, and the registry has no .* any more$/],
    ["in a registry that is away", () => away, keys, /does not answer \(connection/],
    ["that no registry has a name for", () => judged.replace("model", "Model"), keys, /expected REGISTRY\/NAME@sha256/],
    [
      "while no key is trusted",
      () => judged,
      { trusted: [], trustWasGiven: false, approvers: [reviewer.trusted] },
      /^--approval-key asks for signatures, and nothing says whose counts: give --verification-key/,
    ],
  ])("%s", async (_what, image, evidence, words) => {
    expect(await counting(image(), evidence)).toMatch(words);
  });
});
