import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repository } from "../../bench/support/paths.ts";
import { mlPipeline } from "./pipeline.ts";

/* A project that was not written for the pipeline: its settings are those that `init` writes, and nothing else was changed. */

const EXAMPLE = join(repository, "examples/digits");
const SETTINGS = "ml-pipeline.toml";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "digits-"));
  await cp(EXAMPLE, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("init writes the settings of an existing project, and the pipeline passes with them alone", async () => {
  await rm(join(folder, SETTINGS));
  const written = await mlPipeline(["init", `--source=${folder}`, "--yes"]);
  expect(written.exitCode, written.stderr).toBe(0);
  expect(await readFile(join(folder, SETTINGS), "utf8")).toBe(await readFile(join(EXAMPLE, SETTINGS), "utf8"));
  expect(await readFile(join(folder, SETTINGS), "utf8")).toMatch(/^port = 8000$/m);
  const again = await mlPipeline(["init", `--source=${folder}`]);
  expect(again.stdout + again.stderr).toContain("nothing is to be changed");

  const examined = await mlPipeline(["doctor", `--source=${folder}`]);
  expect(examined.stdout).toContain("Nothing is missing.");

  const ended = await mlPipeline(["full-pipeline", `--source=${folder}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/test unit: 2 tests passed/);
  expect(ended.stdout).toMatch(/gates: passed: schema, evaluated-rows, metrics, latency, served-answers/);
}, 600_000);
