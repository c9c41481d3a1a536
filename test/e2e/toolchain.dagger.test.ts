import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repository } from "../../local/base/repository.ts";
import { daggerAnswers } from "../support/dagger.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/* What docs/ci.md tells to type to somebody who has Dagger alone, in a project of theirs that has the module as a toolchain. */

/** What is no part of the module: `include` of dagger.json has it. */
const { include }: { readonly include: readonly string[] } = JSON.parse(
  readFileSync(join(repository, "dagger.json"), "utf8"),
);

let project: TestProject;
const dagger = (...args: readonly string[]): { readonly status: number | null; readonly told: string } => {
  const env = { ...process.env, DAGGER_PROGRESS: "plain", NO_COLOR: "1" };
  const ended = spawnSync("dagger", args, { cwd: project.source, env, encoding: "utf8", timeout: 550_000 });
  return { status: ended.status, told: stripVTControlCharacters(ended.stdout + ended.stderr) };
};

describe.skipIf(!daggerAnswers())("as a toolchain", () => {
  beforeAll(async () => {
    project = await tinyProject();
    // The boundary of the project: what is above is none of it.
    execFileSync("git", ["init", "--quiet"], { cwd: project.source });
    await project.write("data/rows.csv", dataRows(1200));
    const left = include.map((pattern) => pattern.replace(/^!/, ""));
    const files = execFileSync("git", ["ls-files", "-z"], { cwd: repository, encoding: "utf8" }).split("\0");
    for (const path of files.filter((one) => one !== "" && !left.some((folder) => one.startsWith(`${folder}/`)))) {
      const copy = join(project.source, "ml-pipeline", path);
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(join(repository, path), copy);
    }
  });
  afterAll(() => project.remove());

  it("nothing is listed and nothing can be installed before `dagger init`", () => {
    expect(dagger("check", "-l").told).not.toContain("lint");
    expect(dagger("toolchain", "install", "./ml-pipeline").status).not.toBe(0);
  }, 120_000);

  it("the checks are listed by their first sentences, and pass without an argument", () => {
    expect(dagger("init").status).toBe(0);
    const installed = dagger("toolchain", "install", "./ml-pipeline");
    expect(installed.status, installed.told).toBe(0);
    const { status, told } = dagger("check", "-l");
    expect(status, told).toBe(0);
    for (const name of ["lint", "test", "validate-data"]) {
      expect(told).toMatch(new RegExp(`ml-pipeline:${name} +[A-Z].*\\.`));
    }
    const checked = dagger("check");
    expect(checked.status, checked.told).toBe(0);
  }, 900_000);

  it("a check that fails says of what it fails", async () => {
    await project.edit("src/model.py", "import csv\n", "import csv\nimport os\n");
    const { status, told } = dagger("check", "ml-pipeline:lint");
    await project.edit("src/model.py", "import csv\nimport os\n", "import csv\n");
    expect(status).not.toBe(0);
    expect(told).toMatch(/Error: ✗ lint: ruff check src\/[\s\S]*F401/);
  }, 300_000);

  it("flags of the module are taken from .env, from dagger.json before it, and from what is typed before both", async () => {
    await project.write(".env", "ML_PIPELINE_ROOT=services/local\n");
    expect(dagger("check", "ml-pipeline:lint").told).toContain("--root=services/local: ");
    const file = join(project.source, "dagger.json");
    const settings = JSON.parse(readFileSync(file, "utf8"));
    settings.toolchains[0].customizations = [{ argument: "root", default: "services/named" }];
    writeFileSync(file, JSON.stringify(settings));
    expect(dagger("check", "ml-pipeline:lint").told).toContain("--root=services/named: ");
    expect(dagger("call", "ml-pipeline", "--root=services/typed", "lint").told).toContain("--root=services/typed: ");
  }, 600_000);
});
