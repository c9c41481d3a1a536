import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { repository } from "../../local/base/repository.ts";
import type { CallContext } from "../../local/cli/call/convert.ts";
import type { Options } from "../../local/cli/options.ts";
import { loadModule } from "../../local/runner/module/load.ts";

/** The key is the content of a module, so test files share what the first one read. */
export const testCache = join(repository, "node_modules/.cache/ml-pipeline-tests");

export const fixturePath = join(import.meta.dirname, "fixture");

export const sample = loadModule(fixturePath, testCache);

export const options = (): Options => ({ progress: "auto", json: false, help: false, yes: false });

export const callContext = (cwd: string, env: NodeJS.ProcessEnv = {}): CallContext => ({
  module: sample,
  cwd,
  env,
  engine: "local",
});

/** Makes a folder that is removed after the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "ml-pipeline-test-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
