import { configDefaults, defineConfig } from "vitest/config";

const exclude = [...configDefaults.exclude, "test/**/dagger.test.ts", "test/**/*.dagger.test.ts"];

/** Where `.ci/run` wants the totals. */
const totals = process.env.ML_PIPELINE_TEST_RESULTS;

/** All tests that need no Dagger engine; the others are in vitest.dagger.config.ts. */
export default defineConfig({
  test: {
    globalSetup: "test/support/packages.ts",
    // Whole pipelines run in some tests: two at a time are enough for two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: totals === undefined ? ["default"] : ["default", ["json", { outputFile: totals }]],
    projects: [
      // Tests of decisions: they touch nothing, so the SDK need not be loaded anew for each file.
      { test: { name: "src", include: ["test/src/**/*.test.ts"], isolate: false } },
      { test: { name: "local", include: ["test/**/*.test.ts"], exclude: [...exclude, "test/src/**"] } },
    ],
  },
});
