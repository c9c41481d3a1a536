import { lstat, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { EngineError } from "../base/errors.ts";

/**
 * Where `path` of a container lies below `root` on the host, symbolic links followed as the container would see them:
 * an absolute link counts from `root`, and nothing leads out of it. What does not exist stays as it is spelled.
 * Without `followLast`, a link at the end of the path is named itself.
 */
export async function inside(root: string, path: string, followLast = true): Promise<string> {
  let pending = posix.normalize(`/${path}`).split("/").filter(Boolean);
  let at = "/";
  for (let links = 0; pending.length > 0; ) {
    const [name = "", ...rest] = pending;
    const next = posix.join(at, name);
    const stats = followLast || rest.length > 0 ? await lstat(join(root, next)).catch(() => undefined) : undefined;
    if (stats?.isSymbolicLink()) {
      if (++links > 40) throw new EngineError(`${path}: too many symbolic links`);
      const target = posix.resolve(at, await readlink(join(root, next)));
      pending = [...target.split("/").filter(Boolean), ...rest];
      at = "/";
    } else {
      at = next;
      pending = rest;
    }
  }
  return join(root, at);
}
