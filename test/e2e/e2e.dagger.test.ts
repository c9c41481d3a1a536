import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb, ENVIRONMENT_MS } from "../reference/python.ts";
import { daggerAnswers } from "../support/dagger.ts";
import { startS3, type TestS3 } from "../support/dvc.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { expectFindings } from "./data/run.ts";
import { DATA_SCENARIOS } from "./data-rules.ts";
import { DRIFT_SCENARIOS } from "./drift.ts";
import { DVC_SCENARIOS } from "./dvc.ts";
import { expectHostileProgramsRefused } from "./external.ts";
import { FAILURES } from "./failures.ts";
import { GATE_SCENARIOS } from "./gates.ts";
import { IMAGE_SCENARIOS } from "./image.ts";
import { installsWhatItNames } from "./packages.ts";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";
import { REPLAYS } from "./replay.ts";
import { expectFailure } from "./run-failure.ts";
import { SERVER_SCENARIOS } from "./servers.ts";

/** The same command lines on the Dagger engine; without one they report themselves skipped. */
describe.skipIf(!daggerAnswers())("on the Dagger engine", () => {
  let registry: TestRegistry;
  let project: TestProject;
  let s3: TestS3;
  beforeAll(async () => {
    process.env.ML_PIPELINE_TEST_ENGINE = "dagger";
    registry = await startRegistry();
    project = await tinyProject();
    s3 = await startS3();
    // Its environment is made before a test must wait for it.
    await duckdb("-c", "SELECT 1");
  }, ENVIRONMENT_MS);
  afterAll(async () => {
    await project.remove();
    await registry.close();
    s3.close();
  });

  it("a project installs no package that another project has altered", async () => {
    const own = await tinyProject();
    await installsWhatItNames(own).finally(() => own.remove());
  }, 300_000);

  it("gates that are programs of the user's keep a model back", expectHostileProgramsRefused, 600_000);

  it("full-pipeline passes", async () => {
    const ended = await mlPipeline(["full-pipeline", `--source=${project.source}`, `--data=${project.data}`]);
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/Pipeline complete! Image: sha256:[0-9a-f]{64}/);
  }, 600_000);

  it.each(GATE_SCENARIOS)(
    "$name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own, registry).finally(() => own.remove());
    },
    600_000,
  );

  it.each(REPLAYS)(
    "replays $name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own).finally(() => own.remove());
    },
    600_000,
  );

  it.each(SERVER_SCENARIOS)(
    "a server that exists: $name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own).finally(() => own.remove());
    },
    600_000,
  );

  it.each(IMAGE_SCENARIOS)(
    "the image $name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own).finally(() => own.remove());
    },
    600_000,
  );

  it.each(DRIFT_SCENARIOS)(
    "$name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own).finally(() => own.remove());
    },
    600_000,
  );

  it.each(DVC_SCENARIOS)(
    "$name",
    async ({ run }) => {
      const own = await tinyProject();
      await run(own, s3).finally(() => own.remove());
    },
    600_000,
  );

  it.each(DATA_SCENARIOS)("validate-data refuses $name", (scenario) => expectFindings(scenario), 600_000);

  it.each(FAILURES)("full-pipeline refuses $name", (failure) => expectFailure(failure, registry), 600_000);
});
