import { execFile } from "node:child_process";
import { lstat, mkdir, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { EngineError } from "../base/errors.ts";
import type { Json } from "../base/hash.ts";
import { canonical } from "../base/hash.ts";
import { Lazy } from "../base/lazy.ts";
import { pathInRoot } from "../sandbox/path-in-root.ts";
import { subtree, without } from "../store/tree.ts";
import type { Tree } from "../store/types.ts";
import { changed, layersOfMount } from "./layers.ts";
import { ownerFor } from "./owners.ts";
import type { Session } from "./session.ts";
import type { Container } from "./values/container.ts";
import { absolutePath, mountOver } from "./values/locate.ts";

const run = promisify(execFile);

/** A change of a container's files. */
export interface Change {
  /** Gives all that the change depends on, except the files that it is applied to. */
  readonly key: () => Promise<Json>;
  /** Makes the change at `path` below `root`. It has to follow symbolic links itself. */
  readonly apply: (root: string, path: string) => Promise<void>;
}

/**
 * Changes the files of a container at `path` by a new layer on its root, or on the directory that is mounted there.
 * Nothing happens until something needs the files.
 */
export function withChange(session: Session, container: Container, path: string, change: Change): Container {
  const absolute = absolutePath(container, path);
  const over = mountOver(container, absolute);
  if (over === undefined) {
    const root = new Lazy(async () => {
      const [snapshot, key] = await Promise.all([container.root.get(), change.key()]);
      const text = canonical({ path: absolute, key });
      return (await changed(session, snapshot, text, (root) => change.apply(root, absolute))).snapshot;
    });
    return { ...container, pristine: false, root };
  }
  const { mount } = over;
  if (mount.kind !== "directory" || mount.readOnly) {
    throw new EngineError(`${absolute}: the mount at ${mount.target} cannot be changed this way`);
  }
  const inner = `/${over.path}`;
  const written = new Lazy(async () => {
    const [snapshot, key] = await Promise.all([layersOfMount(session, container, mount).get(), change.key()]);
    const text = canonical({ path: inner, key });
    const { layer } = await changed(session, snapshot, text, (root) => change.apply(root, inner));
    return [...(await mount.written.get()), layer];
  });
  const mounts = container.mounts.map((other) => (other === mount ? { ...mount, written } : other));
  return { ...container, pristine: false, mounts };
}

/** Gives the numbers of an owner, whose name is looked up in the container. Undefined when none is given. */
export async function ownerIds(session: Session, container: Container, owner: string): Promise<string | undefined> {
  return ownerFor(session, await container.root.get(), owner);
}

/**
 * Copies a tree to `path` below `root`. Where the target has a link in place of a directory of the tree, that directory
 * is copied to where the link points.
 */
export async function copyTree(
  session: Session,
  tree: Tree,
  root: string,
  path: string,
  ids: string | undefined,
): Promise<void> {
  const target = await makeDirectory(root, path);
  const links: string[] = [];
  for (const entry of tree.entries) {
    if (entry.type !== "directory" || links.some((link) => entry.path.startsWith(`${link}/`))) continue;
    const stats = await lstat(join(target, entry.path)).catch(() => undefined);
    if (stats?.isSymbolicLink()) links.push(entry.path);
  }
  const plain = links.length === 0 ? tree : without(tree, links);
  const copied = plain.entries.map((entry) => join(target, entry.path));
  const source = await session.store.checkout(plain);
  await run("cp", ["-a", "--reflink=auto", "--remove-destination", `${source}/.`, target]);
  if (ids !== undefined) await changeOwner(ids, copied);
  for (const link of links) await copyTree(session, subtree(tree, link), root, posix.join(path, link), ids);
}

/** Changes the owner of files, as many at a time as a command line can hold. */
export async function changeOwner(ids: string, paths: readonly string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += 500) await run("chown", ["-h", ids, ...paths.slice(at, at + 500)]);
}

/** Makes the directory at `path` below `root` and those above it. Gives its path on the host. */
export async function makeDirectory(root: string, path: string): Promise<string> {
  const target = pathInRoot(root, path);
  await mkdir(target, { recursive: true });
  return target;
}

/** Removes what is at `path` below `root`, if there is anything. Of a link, the link itself is removed. */
export async function removePath(root: string, path: string): Promise<void> {
  await rm(pathInRoot(root, path, { followLast: false }), { recursive: true, force: true });
}
