import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "../local/base/repository.ts";
import { loadModule } from "../local/runner/module/load.ts";
import { testCache } from "./local/fixture.ts";
import { nodePackage } from "./support/node-package.ts";
import { ENVIRONMENT_MS } from "./support/python-environment.ts";

/* The module as the SDK of Dagger 1.0 sees it: what that cannot read or type is to be known before its release. */

const VERSION = "1.0.0-beta.14";
const TYPES = "dist/src/index.d.ts";

/** Of what the introspector finds, what callers see. */
interface Found {
  readonly objects: Readonly<Record<string, { readonly methods: Readonly<Record<string, FoundFunction>> }>>;
  readonly enums: Readonly<Record<string, unknown>>;
}
interface FoundFunction {
  readonly isCheck: boolean;
  readonly arguments: Readonly<Record<string, { readonly defaultPath?: string }>>;
}

let sdk: string;
let folder: string;
beforeAll(async () => {
  sdk = await nodePackage("@dagger.io/dagger", VERSION);
  folder = mkdtempSync(join(tmpdir(), "ml-pipeline-next-sdk-"));
}, ENVIRONMENT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe(`the SDK ${VERSION}`, () => {
  test("has the types that the module uses", async () => {
    const settings = {
      extends: join(repository, "tsconfig.json"),
      compilerOptions: {
        typeRoots: [join(repository, "node_modules/@types")],
        paths: {
          "@dagger.io/dagger": [join(sdk, TYPES)],
          "@dagger.io/dagger/telemetry": [join(sdk, TYPES.replace("index", "telemetry/index"))],
        },
      },
      include: [join(repository, "src")],
    };
    const file = join(folder, "tsconfig.json");
    writeFileSync(file, JSON.stringify(settings));
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const ended = await promisify(execFile)(process.execPath, [tsc, "-p", file]).catch(({ stdout }) => ({ stdout }));
    expect(ended.stdout).toBe("");
  }, 180_000);

  test("finds every function, argument and check that there is", async () => {
    const sources = join(folder, "module/src");
    cpSync(join(repository, "src"), sources, { recursive: true });
    mkdirSync(join(sources, "node_modules/@dagger.io"), { recursive: true });
    symlinkSync(sdk, join(sources, "node_modules/@dagger.io/dagger"));
    symlinkSync(join(repository, "node_modules"), join(folder, "module/node_modules"));
    const client = join(folder, "module/client.gen.ts");
    writeFileSync(client, readFileSync(join(sdk, "dist/src/api/client.gen.d.ts")));
    const files = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(sources, path));
    const { scan } = await import(join(sdk, "dist/src/module/introspector/index.js"));
    const found: Found = await scan([...files, client], "ml-pipeline", false);

    const now = loadModule(repository, testCache);
    const classes = Object.values(now.objects).filter(({ kind }) => kind === "class");
    expect(Object.keys(found.objects).sort()).toEqual(classes.map(({ name }) => name).sort());
    expect(Object.keys(found.enums).sort()).toEqual(Object.keys(now.enums).sort());
    for (const { name, functions } of classes) {
      const methods = Object.values(found.objects[name]?.methods ?? {});
      const sizes = Object.entries(found.objects[name]?.methods ?? {}).map(([method, { arguments: args, isCheck }]) => [
        ...[method, Object.keys(args), isCheck],
      ]);
      expect(methods.length, name).toBe(functions.length);
      expect(sizes.sort()).toEqual(functions.map((fn) => [fn.name, fn.args.map((arg) => arg.name), fn.check]).sort());
    }
    const defaults = Object.values(found.objects.MlPipeline?.methods ?? {}).map(({ arguments: args }) => args.source);
    expect(defaults.filter((source) => source?.defaultPath === "/").length).toBeGreaterThan(20);
  }, 180_000);
});
