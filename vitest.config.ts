import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { LongFirst } from "./test/support/long-first.ts";

/** Where `.ci/run` wants the totals. */
const totals = process.env.ML_PIPELINE_TEST_RESULTS;

const needDagger = ["test/**/dagger.test.ts", "test/**/*.dagger.test.ts"];

/** Tests beside the unit tests that start programs, open connections, or write elsewhere than in folders for temporary files. */
const touchTheHost = [
  // The module's Python programs are run by the host's Python.
  "test/src/python/**/*.test.ts",
  "test/src/containers/commands.test.ts",
  "test/src/report/junit.test.ts",
  // The command line and what runs a module read it in a process of its own, and keep what they read.
  ...["convert", "dagger-words", "help", "parse", "program"].map((name) => `test/local/cli/${name}.test.ts`),
  ...["call-cache", "dependencies", "engine-choice", "invoke", "load", "requests"].map(
    (name) => `test/local/runner/${name}.test.ts`,
  ),
  // Servers on the loopback.
  ...[
    "delivery/webhook",
    "forge/comment",
    "forge/request",
    "functions/comment",
    "functions/image-by-digest",
    "functions/may-go-on",
    "functions/signed-hashes",
    "functions/verified-image",
    "functions/verify-image",
    "registry/registry",
    "stages/tagged-image",
  ].map((name) => `test/src/${name}.test.ts`),
  // Git.
  ...["checkout", "git-files"].map((name) => `test/local/base/${name}.test.ts`),
  // Registries, archives and Debian's tools.
  ...["answers", "debian", "extract", "registry", "write"].map((name) => `test/local/images/${name}.test.ts`),
  // Namespaces, and the engine inside them.
  ...["kill", "probe", "run", "seccomp", "services", "users"].map((name) => `test/local/sandbox/${name}.test.ts`),
  "test/local/attacks/attacks.test.ts",
  ...["engine", "http", "life"].map((name) => `test/local/api/${name}.test.ts`),
  // It runs a program of its own to look at what npm installed.
  "test/local/installed.test.ts",
  // Registries, tar, and stores whose locks are held by flock.
  "test/local/shared/store.test.ts",
  // It installs what a release consists of.
  "test/release/package.test.ts",
  // Locks are held by flock.
  ...["import", "store"].map((name) => `test/local/store/${name}.test.ts`),
];

const unit = ["test/{src,local,release,support}/**/*.test.ts"];

/** All tests that need no Dagger engine; the others are in vitest.dagger.config.ts. */
export default defineConfig({
  test: {
    // One more than there are processors, because some tests wait: for a server, for another process, for a limit of time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: totals === undefined ? ["default"] : ["default", ["json", { outputFile: totals }]],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: unit,
          exclude: [...configDefaults.exclude, ...touchTheHost],
          setupFiles: "test/support/touches-nothing.ts",
          // To start a process and to load modules anew for each file takes longer than most files.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "host",
          include: ["test/*.test.ts", "test/{browser,conformance,e2e,reference}/**/*.test.ts", ...touchTheHost],
          exclude: [...configDefaults.exclude, ...needDagger],
          globalSetup: "test/support/packages.ts",
          setupFiles: "test/support/own-environment.ts",
          isolate: false,
        },
      },
    ],
  },
});
