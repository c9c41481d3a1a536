import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { keyOf } from "../../base/hash.ts";
import type { Session } from "../session.ts";
import type { Container, ContainerMount } from "../values/container.ts";
import { type FileLock, lockFile } from "./file-lock.ts";

type CacheMount = Extract<ContainerMount, { kind: "cache" }>;

/** The cache volumes of a process, held until `release`. */
export interface Volumes {
  /** The folders of the volumes, by the targets of their mounts. */
  readonly paths: ReadonlyMap<string, string>;
  release(): Promise<void>;
}

/**
 * Gets the cache volumes of a container. A locked volume is waited for while another process has it, of this or another
 * session. When a private volume is in use, the next free copy is taken.
 */
export async function holdVolumes(session: Session, container: Container): Promise<Volumes> {
  const paths = new Map<string, string>();
  const locks: FileLock[] = [];
  const release = async () => void (await Promise.all(locks.map((lock) => lock.release())));
  // All processes lock in the same order, so two that need the same volumes never wait for each other.
  const mounts = container.mounts.filter((mount) => mount.kind === "cache").sort((a, b) => (a.key < b.key ? -1 : 1));
  try {
    for (const mount of mounts) {
      const { key, lock } = await claim(session, mount);
      if (lock !== undefined) locks.push(lock);
      paths.set(mount.target, await volumePath(session, mount, key));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { paths, release };
}

async function claim(session: Session, mount: CacheMount): Promise<{ key: string; lock?: FileLock }> {
  const key = keyOf("volume", mount.key);
  if (mount.sharing === "SHARED") return { key };
  const folder = join(session.store.path, "volume-locks");
  await mkdir(folder, { recursive: true });
  if (mount.sharing === "LOCKED") return { key, lock: await lockFile(join(folder, key), true) };
  for (let copy = 0; ; copy++) {
    const name = copy === 0 ? key : keyOf("private volume", [key, copy]);
    const lock = await lockFile(join(folder, name), false);
    if (lock !== undefined) return { key: name, lock };
  }
}

/** Gives the folder of a volume. A new one begins with the files of the mount's source. */
function volumePath(session: Session, mount: CacheMount, key: string): Promise<string> {
  return session.inFlight.once(`volume ${key}`, async () => {
    const path = await session.store.volume(key);
    if (mount.source !== undefined && (await readdir(path)).length === 0) {
      await session.store.exportTree(await mount.source.tree.get(), path);
    }
    return path;
  });
}
