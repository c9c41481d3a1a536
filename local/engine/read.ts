import { lstat } from "node:fs/promises";
import { posix } from "node:path";
import { EngineError } from "../base/errors.ts";
import { isText } from "../base/guards.ts";
import { keyOf } from "../base/hash.ts";
import { Lazy } from "../base/lazy.ts";
import { pathInRoot } from "../sandbox/path-in-root.ts";
import type { Snapshot, Tree } from "../store/types.ts";
import { layersOfMount } from "./layers.ts";
import type { Session } from "./session.ts";
import type { Container, ContainerMount } from "./values/container.ts";
import type { Blob, Directory, File, SnapshotPath } from "./values/directory.ts";
import { absolutePath, mountOver } from "./values/locate.ts";
import { directoryOf, fileOf } from "./values/tree.ts";

/** Gives the directory at `path` of a container. The path may lead into a mount. */
export function directoryIn(session: Session, container: Container, path: string): Directory {
  const absolute = absolutePath(container, path);
  const over = mountOver(container, absolute);
  if (over === undefined) return directoryOfSnapshot(session, { snapshot: container.root, path: absolute });
  const mount = directoryMount(over.mount, absolute);
  const tree = new Lazy(async () => {
    if ((await mount.written.get()).length === 0) return directoryOf(await mount.source.tree.get(), over.path);
    return importDirectory(session, { snapshot: layersOfMount(session, container, mount), path: `/${over.path}` });
  });
  return { tree, path: absolute };
}

/** Gives the file at `path` of a container. The path may lead into a mount. */
export function fileIn(session: Session, container: Container, path: string): File {
  const absolute = absolutePath(container, path);
  const over = mountOver(container, absolute);
  if (over === undefined) return fileOfSnapshot(session, { snapshot: container.root, path: absolute });
  if (over.mount.kind === "file" && over.path === "") return { ...over.mount.source, name: posix.basename(absolute) };
  const mount = directoryMount(over.mount, absolute);
  const blob = new Lazy(async () => {
    if ((await mount.written.get()).length === 0) return fileOf(await mount.source.tree.get(), over.path);
    return importFile(session, { snapshot: layersOfMount(session, container, mount), path: `/${over.path}` });
  });
  return { name: posix.basename(absolute), blob };
}

function directoryMount(mount: ContainerMount, path: string): Extract<ContainerMount, { kind: "directory" }> {
  if (mount.kind === "directory") return mount;
  const kinds = { cache: "a cache volume", temp: "a temporary directory", secret: "a secret", file: "a mounted file" };
  throw new EngineError(`${path}: cannot retrieve path from ${kinds[mount.kind]} (mounted at ${mount.target})`);
}

/** Gives a directory of a snapshot. */
export function directoryOfSnapshot(session: Session, at: SnapshotPath): Directory {
  return { tree: new Lazy(() => importDirectory(session, at)), path: at.path, origin: at };
}

/** Gives a file of a snapshot. Only this file is read. */
export function fileOfSnapshot(session: Session, at: SnapshotPath): File {
  return { name: posix.basename(at.path), blob: new Lazy(() => importFile(session, at)) };
}

async function importDirectory(session: Session, at: SnapshotPath): Promise<Tree> {
  return imported(session, at, "directory", async (path) => {
    if (!(await lstat(path)).isDirectory()) throw new EngineError(`path ${at.path} is a file, not a directory`);
    return session.store.importDirectory(path);
  });
}

async function importFile(session: Session, at: SnapshotPath): Promise<Blob> {
  const tree = await imported(session, at, "file", async (path) => {
    if ((await lstat(path)).isDirectory()) throw new EngineError(`path ${at.path} is a directory, not a file`);
    return session.store.importFile(path, "file");
  });
  return fileOf(tree, "file");
}

const importKey = ({ layers }: Snapshot, path: string, as: "directory" | "file"): string =>
  keyOf("import", { layers, path, as });

/** Gives the digest of a directory of a snapshot that was read before. Its tree need not be here. */
export const importedDigest = (session: Session, snapshot: Snapshot, path: string): Promise<string | undefined> =>
  session.store.record("import", importKey(snapshot, path, "directory"), isText, { on: snapshot.layers });

/**
 * Reads what is at a path of a snapshot into the store. The result is kept under the layers of the snapshot, which never
 * change: to mount them takes longer than all else that a cached answer needs.
 */
async function imported(
  session: Session,
  at: SnapshotPath,
  as: "directory" | "file",
  importAt: (path: string) => Promise<Tree>,
): Promise<Tree> {
  const snapshot = await at.snapshot.get();
  const key = importKey(snapshot, at.path, as);
  return session.inFlight.once(key, async () => {
    const digest = await session.store.record("import", key, isText, { on: snapshot.layers });
    const known = digest === undefined ? undefined : await session.store.tree(digest);
    if (known !== undefined) return known;
    const tree = await read(session, snapshot, at.path, importAt);
    await session.store.putRecord("import", key, tree.digest, { on: snapshot.layers });
    return tree;
  });
}

function read<T>(session: Session, snapshot: Snapshot, path: string, use: (path: string) => Promise<T>): Promise<T> {
  return session.sandbox.withMounted(snapshot, async (root) => {
    const found = pathInRoot(root, path);
    if ((await lstat(found).catch(() => undefined)) === undefined) {
      throw new EngineError(`${path}: no such file or directory`);
    }
    return use(found);
  });
}
