import { defineConfig } from "vitest/config";

/** The tests that need a Dagger engine: `npm run test:dagger`. Without one they report themselves skipped. */
export default defineConfig({
  test: { include: ["test/**/dagger.test.ts", "test/**/*.dagger.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
});
