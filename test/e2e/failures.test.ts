import { afterAll, beforeAll, describe, it } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { FAILURES } from "./failures.ts";
import { expectFailure } from "./run-failure.ts";

/** By the command line as a user types it: what must not pass does not pass, and says why. */
describe("full-pipeline refuses", () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.close());

  it.each(FAILURES)("$name", (failure) => expectFailure(failure, registry), 300_000);
});
