import type { Directory } from "@dagger.io/dagger";
import { type FolderHash, runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";

/**
 * Hashes the contents of folders inside a container, so that both engines and all machines give the same hashes. Times
 * and owners of files do not count.
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
  const run = await runCommands(container, [], {
    ...{ hash: names.map(path), listFiles: true },
    since: runtime.since,
    limits: runtime.limits,
  });
  // Without commands of the project, only a file that cannot be read ends it.
  if (!run.ok) throw new UserError(run.commands.map(({ tail }) => tail.trim()).join("\n"));
  return Object.fromEntries(names.map((name) => [name, prefixed(run.hashes[path(name)])])) as Record<Name, FolderHash>;
}

/** A folder that does not exist in the container counts as one without files. */
function prefixed(hash: FolderHash | undefined): FolderHash {
  const { sha256 = "", files = 0, bytes = 0, kinds = [], paths } = hash ?? { paths: {} };
  return { sha256: `sha256:${sha256}`, files, bytes, kinds, paths };
}
