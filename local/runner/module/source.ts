import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAnything, isListOf, isObjectOf, isText } from "../../base/guards.ts";
import { UsageError } from "../../base/usage-error.ts";

export interface Manifest {
  readonly name: string;
  /** The folder that holds the module's `src`, relative to the manifest. */
  readonly source: string;
  /** The modules that this one depends on: what it calls them, and where they are, as it is written. */
  readonly dependencies: readonly { readonly name: string; readonly source: string }[];
}

const isFile = isObjectOf<{ name?: unknown; source?: unknown; sdk?: unknown; dependencies?: unknown }>(
  { name: isAnything, source: isAnything, sdk: isAnything, dependencies: isAnything },
  ["name", "source", "sdk", "dependencies"],
);
const areDependencies = isListOf(isObjectOf<Manifest["dependencies"][number]>({ name: isText, source: isText }));
const isSdk = isObjectOf<{ source: string }>({ source: isText });

/**
 * Reads `dagger.json`.
 * | @throws UsageError for a folder without one, and for a module in another language than TypeScript
 */
export function readManifest(path: string): Manifest {
  const file = join(path, "dagger.json");
  if (!existsSync(file)) throw new UsageError(`${path}: not a Dagger module (it has no dagger.json)`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: not valid JSON (${error instanceof Error ? error.message : error})`);
  }
  if (!isFile(manifest)) throw new UsageError(`${file}: not the manifest of a Dagger module`);
  const sdk = isText(manifest.sdk) ? manifest.sdk : isSdk(manifest.sdk) ? manifest.sdk.source : undefined;
  if (sdk !== "typescript") {
    throw new UsageError(`${file}: the local engine runs TypeScript modules; this one needs the Dagger engine`);
  }
  if (typeof manifest.name !== "string") throw new UsageError(`${file}: has no name`);
  const { dependencies = [] } = manifest;
  if (!areDependencies(dependencies)) throw new UsageError(`${file}: a dependency needs a name and a source`);
  return {
    name: manifest.name,
    source: typeof manifest.source === "string" ? manifest.source : ".",
    dependencies,
  };
}

/** Lists the TypeScript files below a folder that the engine's entrypoint would load, sorted, by relative path. */
export function sourceFiles(folder: string): string[] {
  return allFiles(folder).filter((file) => /(?<!\.d)\.m?ts$/.test(file));
}

function allFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.includes("node_modules"))
    .sort();
}

/**
 * Hashes all that a module's description and behaviour depend on: the files of its `src` (code may read files beside
 * it), its manifests, and the code that reads modules.
 */
export function hashModule(path: string, reader: string): string {
  const { source } = readManifest(path);
  const hash = createHash("sha256");
  const add = (name: string, file: string) => {
    const content = readFileSync(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
  };
  const root = join(path, source);
  for (const file of allFiles(join(root, "src"))) add(`src/${file}`, join(root, "src", file));
  for (const file of new Set([
    join(path, "dagger.json"),
    join(root, "package.json"),
    join(root, "package-lock.json"),
  ])) {
    if (existsSync(file)) add(file.slice(path.length), file);
  }
  for (const file of sourceFiles(reader)) add(`reader/${file}`, join(reader, file));
  return hash.digest("hex");
}
