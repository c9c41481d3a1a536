import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPROVAL_TYPE } from "../../src/model/signed-approval.ts";
import { cosign, judgedByCosign } from "../support/cosign.ts";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { APPROVAL_STORY, type ApprovalSite, makeApprovalSite } from "./approve.ts";

describe("a release that asks for a signed approval", () => {
  let registry: TestRegistry;
  let store: ObjectStore;
  let site: ApprovalSite;
  beforeAll(async () => {
    [registry, store] = await Promise.all([startRegistry(), startObjectStore()]);
    site = await makeApprovalSite(registry, store);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.remove();
    await Promise.all([registry.close(), store.close()]);
  });

  it.each(APPROVAL_STORY)("$name", ({ run }) => run(site), 900_000);

  it("is read by cosign with the key of who approved", async (test) => {
    const program = await cosign();
    if (program === undefined) return test.skip("there is no cosign: ML_PIPELINE_TEST_COSIGN names one, or says build");
    const name = site.image.replace(/:v[^@]*@/, "@");
    const read = await judgedByCosign(program, name, site.at("reviewer.pub"), APPROVAL_TYPE);
    expect(read.accepted, read.said).toBe(true);
    expect((await judgedByCosign(program, name, site.at("judge.pub"), APPROVAL_TYPE)).accepted).toBe(false);
  }, 1_800_000);
});
