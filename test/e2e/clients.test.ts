import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { repository } from "../../local/base/repository.ts";
import { image } from "../conformance/run-table.ts";
import { DAGGER_GO, daggerPython, hasGo } from "../support/clients/sdks.ts";
import { ENVIRONMENT_MS } from "../support/python-environment.ts";
import { mlPipeline } from "./pipeline.ts";

/* Dagger's own SDKs, as their authors publish them, against the included engine: folders, a command, its secret and its failure. */

const programs = join(import.meta.dirname, "clients");

/** What each of the programs has to say. */
async function expectAnswers(command: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await mlPipeline(["session", "--", ...command, image]);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    entries: ["a.txt", "b/"],
    // The value of a secret is in no output.
    stdout: "deep someone ***\n",
    exitCode: 3,
    stderr: "why",
    hasVariable: true,
  });
}

it("the SDK of TypeScript", { timeout: ENVIRONMENT_MS }, async () => {
  await expectAnswers([join(repository, "node_modules/.bin/tsx"), join(programs, "client.ts")]);
});

it("the SDK of Python", { timeout: ENVIRONMENT_MS }, async () => {
  await expectAnswers([join(await daggerPython(), "python"), join(programs, "client.py")]);
});

describe.skipIf(!hasGo())("with Go", () => {
  it("the SDK of Go", { timeout: ENVIRONMENT_MS }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "ml-pipeline-go-client-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await cp(join(programs, "main.go"), join(folder, "main.go"));
    await writeFile(join(folder, "go.mod"), "module client\n\ngo 1.25.0\n");
    await promisify(execFile)("go", ["get", DAGGER_GO], { cwd: folder, env: { ...process.env, GOFLAGS: "-mod=mod" } });
    await expectAnswers(["go", "-C", folder, "run", "."]);
  });
});
