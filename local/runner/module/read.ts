/**
 * Reads a module with the SDK's introspector, refuses what the engine would refuse, and writes the description to OUT.
 * It is a process of its own (`read.ts MODULE OUT [NAME=READ …]`), so that the memory of TypeScript is never that of the command
 * line. READ is where a dependency has been read to.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "../../base/guards.ts";
import { repository } from "../../base/repository.ts";
import { bundle } from "./bundle.ts";
import { clientText, type Imported, refuseForeign } from "./client.ts";
import { readCoreTypes } from "./core-types.ts";
import { describe } from "./describe.ts";
import { isModule } from "./guards.ts";
import { readManifest, sourceFiles } from "./source.ts";

const sdk = join(repository, "node_modules/dagger-sdk/dist/src");

const [path, out, ...others] = process.argv.slice(2);
if (path === undefined || out === undefined) throw new Error("usage: read.ts MODULE OUT [NAME=READ …]");

try {
  await read(path, out, others.map(imported));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** A dependency, of `NAME=READ`. */
function imported(text: string): Imported {
  const [name = "", ...rest] = text.split("=");
  const info = readJson(isModule, readFileSync(join(rest.join("="), "module.json"), "utf8"));
  if (info === undefined) throw new Error(`what was read of the dependency ${name} is damaged`);
  return { name, info };
}

async function read(path: string, out: string, dependencies: readonly Imported[]): Promise<void> {
  const manifest = readManifest(path);
  const folder = join(path, manifest.source, "src");
  const files = sourceFiles(folder);
  if (files.length === 0) throw new Error(`${folder}: no TypeScript files; a module's functions are in its src folder`);

  mkdirSync(join(out, "core"), { recursive: true });
  const client = dependencies.length === 0 ? undefined : join(out, "dependencies.client.gen.ts");
  if (client !== undefined) writeFileSync(client, clientText(dependencies));
  const [info] = await Promise.all([
    introspect(folder, files, { name: manifest.name, out, client }),
    bundle(folder, files, { out, client }),
  ]);
  refuseForeign(info, dependencies);
  writeFileSync(join(out, "module.json"), JSON.stringify(info));
  for (const [name, type] of Object.entries(readCoreTypes(join(sdk, "api/client.gen.d.ts")))) {
    writeFileSync(join(out, "core", `${name}.json`), JSON.stringify(type));
  }
}

/**
 * Runs the introspector on a copy of the module. It resolves `@dagger.io/dagger` from the folder of the files and wants
 * the SDK's types in a source file called `client.gen.ts`, as it does those of dependencies; the copy provides both, wherever the module is.
 */
async function introspect(
  folder: string,
  files: readonly string[],
  { name, out, client }: { readonly name: string; readonly out: string; readonly client: string | undefined },
) {
  const { scan } = await import(join(sdk, "module/introspector/index.js"));
  const copy = join(out, "introspection");
  const sources = join(copy, "src");
  try {
    mkdirSync(copy);
    for (const file of files) {
      mkdirSync(dirname(join(sources, file)), { recursive: true });
      cpSync(join(folder, file), join(sources, file));
    }
    // Node searches two folders: the SDK is in the first, under its own name, and the module's packages are in the
    // second.
    mkdirSync(join(sources, "node_modules/@dagger.io"), { recursive: true });
    symlinkSync(join(repository, "node_modules/dagger-sdk"), join(sources, "node_modules/@dagger.io/dagger"));
    const packages = join(dirname(folder), "node_modules");
    symlinkSync(existsSync(packages) ? packages : join(repository, "node_modules"), join(copy, "node_modules"));
    const core = join(copy, "client.gen.ts");
    writeFileSync(core, readFileSync(join(sdk, "api/client.gen.d.ts")));
    const clients = client === undefined ? [core] : [core, client];
    return describe(await scan([...files.map((file) => join(sources, file)), ...clients], name, false));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(message.replaceAll(sources, folder));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
