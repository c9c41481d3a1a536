import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson } from "../../base/guards.ts";
import { type Prebuilt, prebuilt } from "../../base/prebuilt.ts";
import { repository } from "../../base/repository.ts";
import { UsageError } from "../../base/usage-error.ts";
import { makeOnce } from "../drafts.ts";
import { dependenciesOf } from "./dependencies.ts";
import { isCoreType, isModule } from "./guards.ts";
import { hashModule } from "./source.ts";
import type { EnumInfo, LoadedDependency, LoadedModule, ModuleInfo, ObjectInfo } from "./types.ts";

const here = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

/**
 * Loads the description of the module in folder `path`: from the cache when neither the module nor its reader has
 * changed, and else by a process of its own, which takes a few seconds. `onRead` is called before that.
 */
export function loadModule(path: string, cacheRoot: string, onRead: () => void = () => {}): LoadedModule {
  if (prebuilt !== undefined) return loadPrebuilt(path, prebuilt);
  const dependencies = dependenciesOf(path).map(
    ({ name, path }): LoadedDependency => ({ name, module: loadModule(path, cacheRoot, onRead) }),
  );
  const hash = hashWith(dependencies, hashModule(path, here));
  // The kept code names files beside it by their paths, so each clone of the module has a folder of its own.
  const place = createHash("sha256").update(`${hash}\0${path}\0${repository}`).digest("hex");
  const folder = join(cacheRoot, "modules", place);
  const info = known(folder) ?? readAnew(path, folder, dependencies, onRead);
  return described(info, { path, hash, folder, dependencies });
}

/** A package has nothing that reads TypeScript. */
function loadPrebuilt(path: string, { module, description, hash }: Prebuilt): LoadedModule {
  if (path !== module)
    throw new UsageError(
      `${path}: the npm package calls its own module alone; a clone of its repository reads others, and so does the Dagger engine`,
    );
  const info = known(description);
  if (info === undefined) throw new Error(`${description}: damaged; install the package again`);
  return described(info, { path, hash, folder: description, dependencies: [] });
}

interface Place {
  readonly path: string;
  readonly hash: string;
  /** What was read of it. */
  readonly folder: string;
  readonly dependencies: readonly LoadedDependency[];
}

/** What is known of a module, and what is found in its folder when it is asked for. */
function described(info: ModuleInfo, { path, hash, folder, dependencies }: Place): LoadedModule {
  const core = (name: string): ObjectInfo | EnumInfo | undefined => {
    const file = join(folder, "core", `${name}.json`);
    if (!existsSync(file)) return undefined;
    const type = readJson(isCoreType, readFileSync(file, "utf8"));
    if (type === undefined) throw new UsageError(`${file}: damaged; remove ${folder} and call again`);
    return type;
  };
  return {
    ...info,
    path,
    hash,
    bundle: join(folder, "module.mjs"),
    dependencies,
    core(name) {
      const type = core(name);
      return type !== undefined && "functions" in type ? type : undefined;
    },
    coreEnum(name) {
      const type = core(name);
      return type !== undefined && "members" in type ? type : undefined;
    },
  };
}

/** What a module does depends on what its dependencies do. */
function hashWith(dependencies: readonly LoadedDependency[], own: string): string {
  if (dependencies.length === 0) return own;
  const parts = dependencies.map(({ name, module }) => [name, module.hash]);
  return createHash("sha256")
    .update(JSON.stringify([own, parts]))
    .digest("hex");
}

/** Reads the kept description of a module. Undefined when there is none or it is damaged. */
function known(folder: string): ModuleInfo | undefined {
  const file = join(folder, "module.json");
  return existsSync(file) ? readJson(isModule, readFileSync(file, "utf8")) : undefined;
}

function readAnew(
  path: string,
  folder: string,
  dependencies: readonly LoadedDependency[],
  onRead: () => void,
): ModuleInfo {
  onRead();
  rmSync(folder, { recursive: true, force: true });
  makeOnce(folder, (draft) => read(path, draft, dependencies));
  const info = known(folder);
  if (info === undefined) throw new Error(`what was read of the module in ${path} is not what it should be: ${folder}`);
  return info;
}

/** Reads a module in a process of its own. */
function read(path: string, draft: string, dependencies: readonly LoadedDependency[]): void {
  const read = dependencies.map(({ name, module }) => `${name}=${dirname(module.bundle)}`);
  const reader = spawnSync(process.execPath, [join(here, "read.ts"), path, draft, ...read], { encoding: "utf8" });
  if (reader.error) throw reader.error;
  if (reader.status !== 0) throw new UsageError(`cannot read the module in ${path}\n${reader.stderr.trim()}`);
}
