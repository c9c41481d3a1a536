import { afterAll, beforeAll, describe, it } from "vitest";
import { type ObjectStore, startObjectStore } from "../support/object-store.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { makeStoreSite, STORE_SCENARIOS, type StoreSite } from "./store.ts";

/** By the command line as a user types it. */
describe("a model store", () => {
  let server: ObjectStore;
  let registry: TestRegistry;
  let site: StoreSite;
  beforeAll(async () => {
    [server, registry] = await Promise.all([startObjectStore(), startRegistry()]);
    site = await makeStoreSite(server, registry);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.remove();
    await Promise.all([server.close(), registry.close()]);
  });

  it.each(STORE_SCENARIOS)("$name", ({ run }) => run(site), 600_000);
});
