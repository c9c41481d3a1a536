import { afterAll, beforeAll, describe, it } from "vitest";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { CANARY_STORY, type CanarySite, makeCanarySite } from "./release-canary.ts";

describe("a release with a canary", () => {
  let registry: TestRegistry;
  let site: CanarySite;
  beforeAll(async () => {
    registry = await startRegistry();
    site = await makeCanarySite(registry);
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.remove();
    await registry.close();
  });

  it.each(CANARY_STORY)("$name", ({ run }) => run(site), 900_000);
});
