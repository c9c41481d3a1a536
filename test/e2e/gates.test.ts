import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { GATE_SCENARIOS } from "./gates.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** By the command line as a user types it. */
describe("gates", () => {
  let registry: TestRegistry;
  let project: TestProject;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    project = await tinyProject();
  });
  afterEach(() => project.remove());

  it.each(GATE_SCENARIOS)("$name", ({ run }) => run(project, registry), 600_000);
});
