import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../base/errors.ts";
import { currentMode } from "../sandbox/mode.ts";
import type { Snapshot } from "../store/types.ts";
import type { Session } from "./session.ts";

/**
 * The owner that files can be given: `resolveOwner`, or undefined where none is asked for or where, for want of
 * subordinate ids, only root exists (commands run as root there too).
 */
export async function ownerFor(session: Session, root: Snapshot, owner: string): Promise<string | undefined> {
  return owner === "" || currentMode().ids === "single" ? undefined : resolveOwner(session, root, owner);
}

/** `name`, `uid`, `name:group` or `uid:gid` as numbers `uid:gid`; names are looked up in the container's own files. */
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

/** A file of a snapshot without mounting it; for places such as `/etc` that are no symbolic links. */
async function readFromLayers(session: Session, root: Snapshot, path: string): Promise<string | undefined> {
  const found = await findInLayers(session, root, path);
  return found === undefined ? undefined : readFile(found, "utf8");
}

/** The path of a regular file of a snapshot within its layers, or undefined when it has none there. */
async function findInLayers(session: Session, root: Snapshot, path: string): Promise<string | undefined> {
  for (const layer of root.layers.toReversed()) {
    const candidate = join(session.store.layerPath(layer), path);
    const stats = await lstat(candidate).catch(() => undefined);
    // A character device is overlayfs's mark of a removed file.
    if (stats !== undefined) return stats.isFile() ? candidate : undefined;
  }
  return undefined;
}
