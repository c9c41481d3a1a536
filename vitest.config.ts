import { configDefaults, defineConfig } from "vitest/config";

const exclude = [...configDefaults.exclude, "test/**/dagger.test.ts", "test/**/*.dagger.test.ts"];

/** All tests that need no Dagger engine; the others are in vitest.dagger.config.ts. */
export default defineConfig({
  test: {
    projects: [
      // Tests of decisions: they touch nothing, so the SDK need not be loaded anew for each file.
      { test: { name: "src", include: ["test/src/**/*.test.ts"], isolate: false } },
      { test: { name: "local", include: ["test/**/*.test.ts"], exclude: [...exclude, "test/src/**"] } },
    ],
  },
});
