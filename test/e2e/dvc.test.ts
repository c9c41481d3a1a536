import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { startS3, type TestS3 } from "../support/dvc.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { DVC_SCENARIOS } from "./dvc.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** By the command line as a user types it. */
describe("data that DVC tracks", () => {
  let s3: TestS3;
  let project: TestProject;
  beforeAll(async () => {
    s3 = await startS3();
  }, ENVIRONMENT_MS);
  afterAll(() => s3.close());
  beforeEach(async () => {
    project = await tinyProject();
  });
  afterEach(() => project.remove());

  it.each(DVC_SCENARIOS)("$name", ({ run }) => run(project, s3), 300_000);
});
