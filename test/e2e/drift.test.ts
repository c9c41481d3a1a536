import { afterEach, beforeEach, describe, it } from "vitest";
import { DRIFT_SCENARIOS } from "./drift.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** By the command line as a user types it. */
describe("drift and monitor", () => {
  let project: TestProject;
  beforeEach(async () => {
    project = await tinyProject();
  });
  afterEach(() => project.remove());

  it.each(DRIFT_SCENARIOS)("$name", ({ run }) => run(project), 600_000);
});
