import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../base/usage-error.ts";
import { type Manifest, readManifest } from "./source.ts";

/** A module that another one depends on. */
export interface Dependency {
  /** What the module that depends on it calls it. */
  readonly name: string;
  /** The folder of its dagger.json. */
  readonly path: string;
}

/**
 * Finds the modules that the one in `path` depends on.
 * | @throws UsageError for one that is in no folder here, in another language than TypeScript, or that depends on itself
 */
export function dependenciesOf(path: string, above: readonly string[] = []): Dependency[] {
  const here = resolve(path);
  const line = [...above, here];
  return readManifest(here).dependencies.map((declared) => {
    const found = { name: declared.name, path: folderOf(here, declared) };
    if (line.includes(found.path)) {
      throw new UsageError(`${join(here, "dagger.json")}: the module depends on itself, by way of ${declared.name}`);
    }
    dependenciesOf(found.path, line);
    return found;
  });
}

function folderOf(path: string, { name, source }: Manifest["dependencies"][number]): string {
  const folder = resolve(path, source);
  if (existsSync(join(folder, "dagger.json"))) return folder;
  throw new UsageError(
    `${join(path, "dagger.json")}: the dependency ${name} is no folder with a module (${source}); the local engine takes ` +
      "dependencies from folders, the Dagger engine from repositories as well",
  );
}
