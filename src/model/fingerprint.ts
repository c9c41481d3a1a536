import type { Directory } from "@dagger.io/dagger";
import { type FolderHash, runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import type { Runtime } from "../containers/runtime.ts";

/**
 * Content hashes of some folders, computed inside a container: the same on both engines and on every machine, whatever
 * the files' times and owners.
 */
export async function fingerprint<Name extends string>(
  runtime: Runtime,
  folders: Readonly<Record<Name, Directory>>,
): Promise<Record<Name, FolderHash>> {
  const names = Object.keys(folders) as Name[];
  const path = (name: Name): string => `/in/${name}`;
  const container = names.reduce(
    (mounted, name) => mounted.withMountedDirectory(path(name), folders[name]),
    pythonBase(runtime),
  );
  const run = await runCommands(container, [], { hash: names.map(path), since: runtime.since });
  return Object.fromEntries(names.map((name) => [name, prefixed(run.hashes[path(name)])])) as Record<Name, FolderHash>;
}

/** An empty folder that was not mounted hashes as one without files. */
function prefixed(hash: FolderHash | undefined): FolderHash {
  const { sha256 = "", files = 0, bytes = 0 } = hash ?? {};
  return { sha256: `sha256:${sha256}`, files, bytes };
}
