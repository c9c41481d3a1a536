import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "../local/base/repository.ts";
import { clientText, type Imported } from "../local/runner/module/client.ts";
import { loadModule } from "../local/runner/module/load.ts";
import { testCache } from "./local/fixture.ts";
import { goClient } from "./support/clients/go.ts";
import { pythonClient } from "./support/clients/python.ts";
import { DAGGER_GO, daggerPython, hasGo } from "./support/clients/sdks.ts";
import { ENVIRONMENT_MS } from "./support/python-environment.ts";

/*
 * The modules of examples/modules, against clients that are written from the module's surface as Dagger's generators write them. A surface
 * without a field that the examples use must be found, or the check would show nothing.
 */

const { name, doc, main, objects, enums } = loadModule(repository, testCache);
const surface: Imported = { name: "ml-pipeline", info: { name, doc, main, objects, enums } };

/** The surface with another name for `gates` of a run. */
function without(): Imported {
  const run = objects.Run;
  if (run === undefined) throw new Error("the surface has no Run");
  const functions = run.functions.map((fn) => (fn.name === "gates" ? { ...fn, name: "judgements" } : fn));
  expect(functions).not.toEqual(run.functions);
  return { ...surface, info: { ...surface.info, objects: { ...objects, Run: { ...run, functions } } } };
}

const examples = join(repository, "examples/modules");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ml-pipeline-importers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a program says of what is wrong; empty when nothing is. */
async function complaints(program: string, args: readonly string[], cwd: string, env = {}): Promise<string> {
  try {
    await promisify(execFile)(program, args, { cwd, env: { ...process.env, ...env } });
    return "";
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || message;
  }
}

test("the TypeScript example fits the surface", async () => {
  const check = async (imported: Imported): Promise<string> => {
    const own = await mkdtemp(join(folder, "ts-"));
    await cp(join(examples, "typescript/src"), join(own, "src"), { recursive: true });
    await writeFile(join(own, "client.ts"), clientText([imported]));
    const { compilerOptions } = JSON.parse(await readFile(join(examples, "typescript/tsconfig.json"), "utf8"));
    const paths = {
      "@dagger.io/dagger": [join(own, "client.ts")],
      "dagger-sdk": [join(repository, "node_modules/dagger-sdk/dist/src/index.d.ts")],
    };
    const config = { compilerOptions: { ...compilerOptions, types: [], paths }, include: ["src"] };
    await writeFile(join(own, "tsconfig.json"), JSON.stringify(config));
    await writeFile(join(own, "package.json"), JSON.stringify({ type: "module" }));
    return await complaints(join(repository, "node_modules/.bin/tsc"), ["--noEmit", "-p", own], own);
  };
  expect(await check(surface)).toBe("");
  expect(await check(without())).toContain("Property 'gates' does not exist on type 'MlPipelineRun'");
});

test("the Python example fits the surface", { timeout: ENVIRONMENT_MS }, async () => {
  const programs = await daggerPython();
  const check = async (imported: Imported): Promise<string> => {
    const own = await mkdtemp(join(folder, "py-"));
    await writeFile(join(own, "dagger_gen.pyi"), pythonClient(imported));
    const cache = join(homedir(), ".cache/ml-pipeline-tests/importers-mypy");
    // The SDK's overloads of `function` lack the argument `cache`.
    const lacking = ["call-overload", "untyped-decorator"].map((code) => `--disable-error-code=${code}`);
    const flags = ["--strict", ...lacking, "--follow-imports=silent", `--cache-dir=${cache}`, "-p", "team_pipeline"];
    const MYPYPATH = [own, join(examples, "python/src")].join(":");
    return await complaints(join(programs, "mypy"), flags, own, { MYPYPATH });
  };
  expect(await check(surface)).toBe("");
  expect(await check(without())).toContain('"MlPipelineRun" has no attribute "gates"');
});

describe.skipIf(!hasGo())("with Go", () => {
  test("the Go example fits the surface", { timeout: ENVIRONMENT_MS }, async () => {
    const own = join(folder, "go");
    await cp(join(examples, "go"), own, { recursive: true });
    await mkdir(join(own, "internal/dagger"), { recursive: true });
    const run = (...args: string[]): Promise<string> => complaints("go", args, own, { GOFLAGS: "-mod=mod" });
    const check = async (imported: Imported): Promise<string> => {
      await writeFile(join(own, "internal/dagger/dagger.gen.go"), goClient(imported));
      return await run("vet", "./...");
    };
    await writeFile(
      join(own, "dagger.gen.go"),
      'package main\n\nimport "dagger/team-pipeline/internal/dagger"\n\nvar dag = dagger.Connect()\n\nfunc main() {}\n',
    );
    expect(await run("get", DAGGER_GO)).toBe("");
    expect(await check(surface)).toBe("");
    expect(await check(without())).toContain("run.Gates undefined");
    expect(await complaints("gofmt", ["-l", "main.go"], own)).toBe("");
  });
});
