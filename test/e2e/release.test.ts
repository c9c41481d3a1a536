import { afterAll, beforeAll, describe, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { makeReleaseSite, RELEASE_STORY, type ReleaseSite } from "./release.ts";

describe("a release", () => {
  let registry: TestRegistry;
  let store: ObjectStore;
  let site: ReleaseSite;
  beforeAll(async () => {
    [registry, store] = await Promise.all([startRegistry(), startObjectStore()]);
    site = await makeReleaseSite(registry, store);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.remove();
    await Promise.all([registry.close(), store.close()]);
  });

  it.each(RELEASE_STORY)("$name", ({ run }) => run(site), 600_000);
});
