import { dag } from "dagger-sdk";
import { afterAll, beforeAll, describe, test } from "vitest";
import { daggerAnswers } from "../support/dagger.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { image, testTable } from "./run-table.ts";
import { type OpenSession, openSession } from "./session.ts";

if (daggerAnswers()) {
  let registry: Registry | undefined;
  let session: OpenSession | undefined;

  beforeAll(async () => {
    registry = await startRegistry();
    process.env._EXPERIMENTAL_DAGGER_CLI_BIN ??= "dagger";
    process.env.CONFORMANCE_SECRET = "from the environment";
    process.env.CONFORMANCE_LEAK = "1";
    session = await openSession();
    // An engine that never wrote a layer refuses to write it in two compressions at once, as rows side by side ask for.
    await dag.container().from(image).asTarball().sync();
  }, 300_000);

  afterAll(async () => {
    await session?.close();
    await registry?.stop();
  });

  testTable("dagger", () => registry?.address);
} else {
  describe("conformance", () => {
    test.skip("on the Dagger engine: the dagger program or its engine does not answer");
  });
}
