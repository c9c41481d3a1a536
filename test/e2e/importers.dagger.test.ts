import { afterAll, beforeAll, describe, it } from "vitest";
import { daggerAnswers } from "../support/dagger.ts";
import { givenRegistry, startRegistry, type TestRegistry } from "../support/registry.ts";
import { IMPORTER_SCENARIOS, onDagger } from "./importers.ts";
import { type TestProject, tinyProject } from "./project.ts";

/** The languages whose SDKs the engine has: all, unless ML_PIPELINE_TEST_SDKS says which. */
const LANGUAGES = ["typescript", "go", "python"];
const known = process.env.ML_PIPELINE_TEST_SDKS?.split(",") ?? LANGUAGES;

/** The modules of examples/modules, which depend on this one, as someone calls them who has Dagger alone. */
describe.skipIf(!daggerAnswers())("on the Dagger engine", () => {
  const given = givenRegistry();
  let registry: TestRegistry;
  beforeAll(async () => {
    process.env.ML_PIPELINE_TEST_ENGINE = "dagger";
    registry = given ?? (await startRegistry());
  }, 120_000);
  afterAll(() => registry.close());

  describe.each(LANGUAGES)("a module in %s that imports this one", (language) => {
    let project: TestProject;
    beforeAll(async () => {
      project = await tinyProject();
    });
    afterAll(() => project.remove());

    for (const { name, pushes, run } of IMPORTER_SCENARIOS) {
      it.skipIf(!known.includes(language) || (pushes && given === undefined))(
        name,
        () => run({ call: onDagger(language), project, registry }),
        900_000,
      );
    }
  });
});
