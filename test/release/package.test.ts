import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { repository } from "../../local/base/repository.ts";
import { cacheRoot } from "../../local/store/paths.ts";

/*
 * What users install: the package is made as a release makes it, and installed and called by somebody who has nothing but a Node and
 * npm.
 */

// On a new machine the base image is made first.
vi.setConfig({ testTimeout: 600_000 });

const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

let folder = "";
const dist = (name: string): string => join(folder, "dist", name);
const tarball = (): string => dist(`ml-pipeline-${version}.tgz`);

/** The Node of the tests is one that the package runs on; npm is the host's. */
const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
/** What was made before is found again, as the engine keeps it for this user; nothing else is. */
const env = (): NodeJS.ProcessEnv => ({
  ...{ PATH: path, HOME: join(folder, "home"), CI: "true" },
  ...{ XDG_CACHE_HOME: dirname(cacheRoot()), npm_config_offline: "true" },
});

function run([program = "", ...words]: readonly string[], cwd = join(folder, "empty"), more: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: "utf8", env: { ...env(), ...more } });
  return { status, stdout, stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ml-pipeline-dist-"));
  for (const name of ["home", "empty", "project/data"]) mkdirSync(join(folder, name), { recursive: true });
  const made = spawnSync(process.execPath, [join(repository, "release/dist.ts"), join(folder, "dist")], {
    encoding: "utf8",
  });
  expect(made.stderr).toBe("");
  writeFileSync(join(folder, "project/data/rows.csv"), "age,label\n31,1\n52,0\n");
  writeFileSync(join(folder, "project/ml-pipeline.toml"), '[data]\nlabel = "label"\n\n[data.ranges]\nage = [18, 50]\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package is small, needs no other, and names nothing of the machine that made it", () => {
  const files = readdirSync(dist("package"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath, one.name));
  expect(paths.filter((file) => readFileSync(file).includes(repository))).toEqual([]);
  expect(statSync(tarball()).size).toBeLessThan(4_000_000);
  const manifest = JSON.parse(readFileSync(dist("package/package.json"), "utf8"));
  expect(manifest).toMatchObject({ name: "ml-pipeline", version });
  expect(Object.keys(manifest)).not.toContain("dependencies");
});

test("it has the licenses of the packages that are in it", () => {
  const text = readFileSync(dist("package/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["zod", "graphql", "@dagger.io/dagger", "@opentelemetry/api", "smol-toml"])
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
  expect(text).toContain("Permission is hereby granted, free of charge");
  expect(text).not.toMatch(/^(vitest|playwright-core) /m);
});

test("the same source gives the same package", () => {
  const again = join(folder, "again");
  execFileSync(process.execPath, [join(repository, "release/dist.ts"), again]);
  expect(readFileSync(join(again, "SHA256SUMS"), "utf8")).toBe(readFileSync(dist("SHA256SUMS"), "utf8"));
});

describe.each([
  ["installed", () => [join(folder, "empty/node_modules/.bin/ml-pipeline")]],
  ["as one file", () => [dist("ml-pipeline")]],
])("%s", (how, program) => {
  beforeAll(() => {
    if (how === "installed") expect(run(["npm", "install", "--no-save", tarball()])).toMatchObject({ status: 0 });
  });

  test("it says its version", () => {
    expect(run([...program(), "--version"])).toMatchObject({
      status: 0,
      stdout: `ml-pipeline ${version} (Dagger API v0.21.8)\n`,
    });
  });

  test("it has the functions of the module, and their help", () => {
    expect(run([...program(), "functions"]).stdout).toMatch(/^full-pipeline {2,}Runs the whole pipeline/m);
    expect(run([...program(), "validate-data", "--help"]).stdout).toContain("--source=");
    expect(run([...program(), "--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("functions") });
  });

  test("it says what this machine has", () => {
    const { status, stdout } = run([...program(), "doctor"]);
    expect(stdout).toMatch(/^ {2}module {4,}\S+\/module$/m);
    expect(stdout).toContain(process.execPath);
    expect(status).toBe(0);
  });

  test("it runs containers: a row beyond its limits fails, with the number", () => {
    const { status, stderr } = run(
      [...program(), "--engine=local", "validate-data", "--source=."],
      join(folder, "project"),
    );
    expect(stderr).toMatch(/age.*52/s);
    expect(status).toBe(1);
  });
});

test("npx calls it without installing it, containers and all", () => {
  const call = [
    "npx",
    "--yes",
    `--package=${tarball()}`,
    "ml-pipeline",
    "--engine=local",
    "validate-data",
    "--source=.",
  ];
  const { status, stderr } = run(call, join(folder, "project"));
  expect(stderr).toMatch(/age.*52/s);
  expect(status).toBe(1);
  expect(existsSync(join(folder, "project/node_modules"))).toBe(false);
});

test("the one file is unpacked once", () => {
  const home = { XDG_CACHE_HOME: join(folder, "cache of one file") };
  const programs = join(home.XDG_CACHE_HOME, "ml-pipeline/programs");
  expect(run([dist("ml-pipeline"), "--version"], undefined, home).status).toBe(0);
  const [name = "", ...more] = readdirSync(programs);
  expect([name.startsWith(`${version}-`), more]).toEqual([true, []]);
  const before = statSync(join(programs, name)).mtimeMs;
  expect(run([dist("ml-pipeline"), "--version"], undefined, home).status).toBe(0);
  expect(statSync(join(programs, name)).mtimeMs).toBe(before);
});

test("an older Node is told which one it needs", () => {
  writeFileSync(
    join(folder, "old.cjs"),
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.14.0" } });',
  );
  const more = { NODE_OPTIONS: `--require=${JSON.stringify(join(folder, "old.cjs"))}` };
  const { status, stderr } = run([dist("package/bin/ml-pipeline"), "--version"], undefined, more);
  expect(stderr).toContain("needs Node 22.15 or later");
  expect(status).toBe(2);
});

test("Dagger gets the module from where no git ignores it", () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "dagger"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
  const home = { XDG_CACHE_HOME: join(folder, "cache for dagger"), PATH: [bin, path].join(delimiter) };
  const { status, stdout } = run(
    [dist("package/bin/ml-pipeline"), "--engine=dagger", "lint", "--source=."],
    undefined,
    home,
  );
  expect(status).toBe(0);
  const [, module = ""] = /^call -m (.+) lint --source=/.exec(stdout) ?? [];
  expect(module).toContain(home.XDG_CACHE_HOME);
  expect(readFileSync(join(module, "dagger.json"), "utf8")).toBe(
    readFileSync(dist("package/module/dagger.json"), "utf8"),
  );
  expect(existsSync(join(module, "src/index.ts"))).toBe(true);
});

test("another module is not read by the package, and it says who reads it", () => {
  const { status, stderr } = run([dist("package/bin/ml-pipeline"), "--engine=local", "-m", ".", "functions"]);
  expect(stderr).toContain("the npm package calls its own module alone");
  expect(status).toBe(2);
});

test("the module in the package has all that Dagger loads", () => {
  const module = dist("package/module");
  const { dependencies } = JSON.parse(readFileSync(join(module, "package.json"), "utf8"));
  expect(Object.keys(dependencies)).toContain("zod");
  for (const name of ["dagger.json", "tsconfig.json", "package-lock.json", "src/index.ts", "src/python/run_within.py"])
    expect(existsSync(join(module, name)), name).toBe(true);
});
