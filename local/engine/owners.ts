import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../base/errors.ts";
import { currentMode } from "../sandbox/mode.ts";
import type { Snapshot } from "../store/types.ts";
import type { Session } from "./session.ts";

/**
 * Gives the numbers of an owner. Undefined when none is asked for, and when only root exists because the user has no
 * subordinate ids: commands run as root there too.
 */
export async function ownerFor(session: Session, root: Snapshot, owner: string): Promise<string | undefined> {
  return owner === "" || currentMode().ids === "single" ? undefined : resolveOwner(session, root, owner);
}

/** Resolves `name`, `uid`, `name:group` or `uid:gid` to `uid:gid`. Names are looked up in the container's own files. */
async function resolveOwner(session: Session, root: Snapshot, owner: string): Promise<string> {
  const [user = "", group] = owner.split(":");
  const account = /^\d+$/.test(user) ? undefined : await lookUp(session, root, "etc/passwd", user);
  const uid = account?.[2] ?? user;
  if (group === undefined) return `${uid}:${account?.[3] ?? uid}`;
  const gid = /^\d+$/.test(group) ? group : (await lookUp(session, root, "etc/group", group))[2];
  return `${uid}:${gid}`;
}

async function lookUp(session: Session, root: Snapshot, file: string, name: string): Promise<string[]> {
  const lines = ((await readFromLayers(session, root, file)) ?? "").split("\n");
  const found = lines.map((line) => line.split(":")).find(([first]) => first === name);
  if (found === undefined) throw new EngineError(`no entry ${JSON.stringify(name)} in the container's /${file}`);
  return found;
}

/**
 * Reads a file of a snapshot without mounting it. No folder on the way may be a symbolic link, which holds for `/etc`.
 */
async function readFromLayers(session: Session, root: Snapshot, path: string): Promise<string | undefined> {
  const found = await findInLayers(session, root, path);
  return found === undefined ? undefined : readFile(found, "utf8");
}

/** Finds a regular file in the layers of a snapshot. Undefined when there is none. */
async function findInLayers(session: Session, root: Snapshot, path: string): Promise<string | undefined> {
  for (const layer of root.layers.toReversed()) {
    const candidate = join(await session.store.layerPath(layer), path);
    const stats = await lstat(candidate).catch(() => undefined);
    // In an overlay, a character device marks a removed file.
    if (stats !== undefined) return stats.isFile() ? candidate : undefined;
  }
  return undefined;
}
