import { afterAll, beforeAll, describe, it } from "vitest";
import { startMlflow } from "../support/mlflow.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { tinyProject } from "./project.ts";
import { TRACKING_STORY, type TrackingSite } from "./tracking.ts";

/** By the command line as a user types it. */
describe("runs in MLflow", () => {
  let site: TrackingSite;
  beforeAll(async () => {
    const [project, server] = await Promise.all([tinyProject(), startMlflow(3)]);
    site = { project, server };
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await site.project.remove();
    await site.server.close();
  });

  it.each(TRACKING_STORY)("$name", ({ run }) => run(site), 900_000);
});
