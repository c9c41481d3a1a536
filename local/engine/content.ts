import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { isText } from "../base/guards.ts";
import { keyOf } from "../base/hash.ts";
import { hashDirectory } from "../store/hash.ts";
import type { Snapshot } from "../store/types.ts";
import { importedDigest } from "./read.ts";
import type { Session } from "./session.ts";
import type { Directory } from "./values/directory.ts";

/** What a command depends on when it has a directory mounted. */
export interface Content {
  /** `sha256:…` of its tree. */
  readonly digest: string;
  /** Gives where the store has the directory as it is, so that it need not be copied to be mounted. Undefined when it has not. */
  path(): Promise<string | undefined>;
}

/**
 * Gives the content of a directory, for mounting it. What one command wrote where nothing was before (installed tools,
 * a trained model) is complete in that command's layer, so it is hashed and mounted there instead of being copied.
 */
export async function contentOf(session: Session, directory: Directory): Promise<Content> {
  if (directory.origin !== undefined) {
    const snapshot = await directory.origin.snapshot.get();
    const { path } = directory.origin;
    const digest = await soleDigest(session, snapshot, path);
    if (digest !== undefined) return { digest, path: () => soleDirectory(session, snapshot, path) };
    const known = await importedDigest(session, snapshot, path);
    if (known !== undefined) return { digest: known, path: async () => undefined };
  }
  return { digest: (await directory.tree.get()).digest, path: async () => undefined };
}

/** What is kept of a directory that no layer has whole. */
const merged = "";

/**
 * Gives the digest of a directory that one layer has whole. What is known of it is asked first: to find it, the layers
 * must be here.
 */
function soleDigest(session: Session, snapshot: Snapshot, path: string): Promise<string | undefined> {
  const { layers } = snapshot;
  const key = keyOf("content", { layers, path });
  return session.inFlight.once(key, async () => {
    const known = await session.store.record("content", key, isText, { on: layers });
    if (known !== undefined) return known === merged ? undefined : known;
    const found = await soleDirectory(session, snapshot, path);
    const digest = found === undefined ? merged : (await hashDirectory(found)).digest;
    await session.store.putRecord("content", key, digest, { on: layers });
    return digest === merged ? undefined : digest;
  });
}

/**
 * Finds the directory of the top layer that is all there is at a path of a snapshot. Undefined when layers must be
 * merged.
 */
async function soleDirectory(session: Session, { layers }: Snapshot, path: string): Promise<string | undefined> {
  const parts = path.split("/").filter(Boolean);
  const paths = await Promise.all(layers.map((layer) => session.store.layerPath(layer)));
  const [top, ...below] = paths.toReversed();
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
