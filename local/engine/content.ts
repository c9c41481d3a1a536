import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { isText } from "../base/guards.ts";
import { keyOf } from "../base/hash.ts";
import { hashDirectory } from "../store/hash.ts";
import type { Snapshot } from "../store/types.ts";
import type { Session } from "./session.ts";
import type { Directory, SnapshotPath } from "./values/directory.ts";

/** What a command depends on when it has a directory mounted. */
export interface Content {
  /** `sha256:…` of its tree. */
  readonly digest: string;
  /** Where the store has the directory as it is, so that it need not be copied to be mounted. */
  readonly path?: string;
}

/**
 * Gives the content of a directory, for mounting it. What one command wrote where nothing was before (installed tools,
 * a trained model) is complete in that command's layer, so it is hashed and mounted there instead of being copied.
 */
export async function contentOf(session: Session, directory: Directory): Promise<Content> {
  if (directory.origin !== undefined) {
    const snapshot = await directory.origin.snapshot.get();
    const path = await soleDirectory(session, snapshot, directory.origin.path);
    if (path !== undefined) return { digest: await digestOf(session, snapshot, directory.origin, path), path };
  }
  return { digest: (await directory.tree.get()).digest };
}

function digestOf(session: Session, { layers }: Snapshot, origin: SnapshotPath, path: string): Promise<string> {
  const key = keyOf("content", { layers, path: origin.path });
  return session.inFlight.once(key, async () => {
    const known = await session.store.record("content", key, isText);
    if (known !== undefined) return known;
    const { digest } = await hashDirectory(path);
    await session.store.putRecord("content", key, digest);
    return digest;
  });
}

/**
 * Finds the directory of the top layer that is all there is at a path of a snapshot. Undefined when layers must be
 * merged.
 */
async function soleDirectory(session: Session, { layers }: Snapshot, path: string): Promise<string | undefined> {
  const parts = path.split("/").filter(Boolean);
  const [top, ...below] = layers.toReversed().map((layer) => session.store.layerPath(layer));
  if (top === undefined || parts.length === 0) return undefined;
  if (!(await isPlainDirectory(top, parts))) return undefined;
  for (const layer of below) {
    // A link on the way could lead anywhere, which only the merged view resolves.
    const [first = ""] = parts;
    if ((await kindOf(join(layer, first))) === "other") return undefined;
    if ((await kindOf(join(layer, ...parts))) !== "nothing") return undefined;
  }
  return join(top, ...parts);
}

/** Whether every component of a path is a real directory of the layer. */
async function isPlainDirectory(layer: string, parts: readonly string[]): Promise<boolean> {
  for (let length = 1; length <= parts.length; length++) {
    if ((await kindOf(join(layer, ...parts.slice(0, length)))) !== "directory") return false;
  }
  return true;
}

async function kindOf(path: string): Promise<"directory" | "nothing" | "other"> {
  const stats = await lstat(path).catch(() => undefined);
  return stats === undefined ? "nothing" : stats.isDirectory() ? "directory" : "other";
}
