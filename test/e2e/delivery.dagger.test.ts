import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { daggerAnswers } from "../support/dagger.ts";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { givenRegistry, type TestRegistry } from "../support/registry.ts";
import { APPROVAL_STORY, makeApprovalSite } from "./approve.ts";
import { ATTEST_STORY, makeAttestSite } from "./attest.ts";
import { DEPLOY_SCENARIOS, type DeploySite, deploysWhatIsTrusted, makeDeploySite } from "./deploy.ts";
import { makeReleaseSite, RELEASE_STORY } from "./release.ts";
import { CANARY_STORY, makeCanarySite } from "./release-canary.ts";
import { makeStoreSite, STORE_SCENARIOS, type StoreSite } from "./store.ts";
import type { Step } from "./story.ts";

/** What a step may take: it calls the module some times, and a call may have to load it anew. */
const STEP_MS = 1_800_000;

const engineAnswers = daggerAnswers();
const given = givenRegistry();

/** Delivery by the same command lines on the Dagger engine; without one they report themselves skipped. */
describe.skipIf(!engineAnswers)("delivery on the Dagger engine", () => {
  beforeAll(() => {
    process.env.ML_PIPELINE_TEST_ENGINE = "dagger";
  });

  describe("a deploy", () => {
    let site: DeploySite;
    beforeEach(async () => {
      site = await makeDeploySite();
    });
    afterEach(() => site.remove());

    it.each(DEPLOY_SCENARIOS)("$name", ({ run }) => run(site), STEP_MS);

    it.skipIf(given === undefined)(
      "runs only what a trusted key vouches for, where that is asked",
      () => deploysWhatIsTrusted(site, registry().address),
      STEP_MS,
    );
  });

  /** What the module itself asks a registry comes from a container, which the host's loopback is closed to. */
  describe.skipIf(given === undefined)("with the registry of ML_PIPELINE_TEST_REGISTRY", () => {
    describe("an image that is published", () => tells(ATTEST_STORY, makeAttestSite));

    describe("a model store", () => {
      let server: ObjectStore;
      let site: StoreSite;
      beforeAll(async () => {
        server = await startObjectStore();
        site = await makeStoreSite(server, registry());
      }, STEP_MS);
      afterAll(async () => {
        await site.remove();
        await server.close();
      });

      it.each(STORE_SCENARIOS)("$name", ({ run }) => run(site), STEP_MS);
    });

    describe("a release", () => stores(RELEASE_STORY, makeReleaseSite));

    describe("a release that asks for a signed approval", () => stores(APPROVAL_STORY, makeApprovalSite));

    describe("a release with a canary", () => tells(CANARY_STORY, makeCanarySite));
  });
});

/** A story whose site needs nothing but the registry. */
function tells<Site extends { remove(): Promise<void> }>(
  story: readonly Step<Site>[],
  makeSite: (registry: TestRegistry) => Promise<Site>,
): void {
  let site: Site;
  beforeAll(async () => {
    site = await makeSite(registry());
  });
  afterAll(() => site.remove());

  it.each(story)("$name", ({ run }) => run(site), STEP_MS);
}

/** A story whose site needs a model store as well. */
function stores<Site extends { remove(): Promise<void> }>(
  story: readonly Step<Site>[],
  makeSite: (registry: TestRegistry, store: ObjectStore) => Promise<Site>,
): void {
  let store: ObjectStore;
  let site: Site;
  beforeAll(async () => {
    store = await startObjectStore();
    site = await makeSite(registry(), store);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.remove();
    await store.close();
  });

  it.each(story)("$name", ({ run }) => run(site), STEP_MS);
}

function registry(): TestRegistry {
  const own = givenRegistry();
  if (own === undefined) throw new Error("no registry is given");
  return own;
}
