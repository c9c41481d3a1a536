import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Ended, mlPipeline } from "./pipeline.ts";

/*
 * Calls that need the configuration of a project alone, in a repository that cannot be read as a whole: the engine refuses a named
 * pipe.
 */

let repository: string;
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), "ml-pipeline-repository-"));
  await mkdir(join(repository, "services/model"), { recursive: true });
  await mkdir(join(repository, "services/other"));
  for (const folder of [".", "services/other", "services/model"])
    execFileSync("mkfifo", [join(repository, folder, "pipe")]);
  await settings("");
});
afterEach(() => rm(repository, { recursive: true, force: true }));

const settings = (serve: string): Promise<void> =>
  writeFile(
    join(repository, "services/model/ml-pipeline.toml"),
    `${serve}\n[deploy.staging]\ndeployment = "model"\nnamespace = "models"\nstrategy = "canary"\n`,
  );
const called = (name: string, ...more: readonly string[]): Promise<Ended> =>
  mlPipeline(
    [
      ...["--root=services/model", "--kubeconfig=env:TEST_KUBECONFIG", name],
      ...[`--source=${repository}`, "--environment=staging", ...more],
    ],
    { TEST_KUBECONFIG: "{}" },
  );

it("are answered, also of a project in a folder", async () => {
  const ended = await called("analysis-template", "--controller=ARGO");
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toContain("kind: AnalysisTemplate");
}, 120_000);

it("find the requests of a canary where the configuration names them, and say which files they read", async () => {
  const image = `registry.example/team/model@sha256:${"0".repeat(64)}`;
  await Promise.all(
    ["rows.jsonl", "rows.txt"].map((name) =>
      writeFile(join(repository, "services/model", name), '{"x": 1}\n{"x": 2}\n'),
    ),
  );
  await settings('serve.requests = "rows.jsonl"');
  expect((await called("deploy", `--image=${image}`)).stderr).toContain("rows.jsonl has 2 requests");
  await settings('serve.requests = "rows.txt"');
  expect((await called("deploy", `--image=${image}`)).stderr).toContain(
    "where serve.requests says. That is rows.txt, which is no file of the project that ends in .jsonl, .ndjson or .json.",
  );
}, 120_000);
