import { afterAll, beforeAll, expect, test } from "vitest";
import { GpuMode } from "../../../src/containers/gpu.ts";
import { RECORD } from "../../../src/delivery/rollout-words.ts";
import { attestation } from "../../../src/evidence/attestation.ts";
import type { Evidence } from "../../../src/evidence/evidence.ts";
import { signerOf } from "../../../src/evidence/keys.ts";
import { decided } from "../../../src/functions/may-go-on.ts";
import type { Site } from "../../../src/functions/site.ts";
import { verdictStatements } from "../../../src/model/verdict.ts";
import { openRepository } from "../../../src/registry/connection.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attach } from "../../../src/registry/referrers.ts";
import { type OciRegistry, startOciRegistry } from "../../support/oci-registry.ts";
import { pushTinyImage } from "../../support/push-image.ts";
import { ran, rollout } from "../delivery/rollouts.ts";
import { judgedManifest } from "../evidence/image-facts.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";
import { configOf } from "../support.ts";

/* What is noted of the model that runs, against a registry that answers. */

const [judge, reviewer] = [signerOf(ed25519().secret), signerOf(ecdsa().secret)];
const NEW = `sha256:${"e".repeat(64)}`;
const { model } = judgedManifest;

const site: Site = {
  settings: { pythonImage: "", cudaImage: "", packageIndex: "", tools: {} as Site["settings"]["tools"] },
  ...{
    root: "",
    policy: {},
    evidence: {},
    gpu: GpuMode.OFF,
    registry: {},
    dvc: {},
    cluster: {},
    store: {},
    tracking: {},
  },
};
let registry: OciRegistry;
/** What runs: an image that nobody judged, and one that the judge signed a verdict about. */
let unjudged: string;
let judged: string;
beforeAll(async () => {
  registry = await startOciRegistry();
  const push = async (name: string) => {
    const repository = await openRepository(
      parseReference(`${registry.address}/${name}`, "--image"),
      undefined,
      "pull,push",
    );
    return { repository, image: await pushTinyImage(repository) };
  };
  const { repository, image } = await push("judged");
  const [statement = ""] = verdictStatements({ name: "model", sha256: image.digest }, judgedManifest, new Date());
  await attach(repository, image, [attestation(statement, judge)]);
  judged = `${registry.address}/judged@${image.digest}`;
  unjudged = `${registry.address}/other@sha256:${"d".repeat(64)}`;
});
afterAll(() => registry.close());

/** Whether an image may go on whose run found out that only the data changed since a model that is noted where it goes. */
const mayGoOn = (running: string, evidence: Partial<Evidence>, toml = "") => {
  const records = { [RECORD.approval]: "none", [RECORD.comparedWith]: model };
  const noted = { [RECORD.image]: running, [RECORD.model]: model };
  return decided(
    site,
    {
      config: configOf(toml),
      evidence: { signer: judge, trusted: [judge.trusted], trustWasGiven: false, ...evidence },
    },
    { environment: "production", image: `${registry.address}/judged@${NEW}`, records, isOwn: true },
    rollout({ after: ran({ image: running, records: noted }) }),
  );
};

test("where approvals are signed, no annotation says which model runs: what a trusted key signed of the image does", async () => {
  const approvers = { approvers: [reviewer.trusted] };
  expect((await mayGoOn(unjudged, approvers)).waits?.reasons[0]).toBe("nothing says which model runs there now");
  const asking = "[approval]\nrequire-signature = true";
  expect((await mayGoOn(unjudged, approvers, asking)).waits?.reasons[0]).toMatch(/^nothing says which model runs/);
  expect(await mayGoOn(judged, approvers)).toEqual({});
  const nobody = { ...approvers, signer: undefined, trusted: [] };
  expect((await mayGoOn(judged, nobody)).waits?.reasons[0]).toBe("nothing says which model runs there now");
});

test("where nothing is signed, what is noted counts", async () => {
  expect(await mayGoOn(unjudged, { signer: undefined, trusted: [] })).toEqual({});
});
