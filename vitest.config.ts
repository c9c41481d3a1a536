import { configDefaults, defineConfig } from "vitest/config";

/** All tests that need no Dagger engine; the others are in vitest.dagger.config.ts. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/**/dagger.test.ts", "test/**/*.dagger.test.ts"],
  },
});
