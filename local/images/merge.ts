import type { Dirent, Stats } from "node:fs";
import { chmod, lchown, lstat, lutimes, readdir, rename, rm } from "node:fs/promises";

const whiteout = Buffer.from(".wh.");
const opaque = ".wh..wh..opq";
const slash = Buffer.from("/");

/**
 * Moves an unpacked layer on top of `target`, as the layers of an image combine: `.wh.NAME` removes NAME,
 * `.wh..wh..opq` removes all that was there before, a folder joins a folder, and anything else replaces what it finds.
 * Symbolic links are never followed: only folders that are real on both sides are entered. Names are bytes.
 */
export async function mergeLayer(layer: Buffer, target: Buffer): Promise<void> {
  const entries = await readdir(layer, { withFileTypes: true, encoding: "buffer" });
  const whiteouts = entries.filter((entry) => isWhiteout(entry.name));
  // Whiteouts apply to the layers below only, so they are applied first, wherever they stand.
  for (const entry of whiteouts) await applyWhiteout(entry.name, target);
  for (const entry of entries) if (!whiteouts.includes(entry)) await mergeEntry(entry, layer, target);
}

async function applyWhiteout(name: Buffer, target: Buffer): Promise<void> {
  if (name.toString("latin1") === opaque) {
    for (const below of await readdir(target, { encoding: "buffer" })) await remove(joined(target, below));
    return;
  }
  const hidden = name.subarray(whiteout.length);
  // `.wh.`, `.wh..` and `.wh...` would remove the folder itself or the one above it.
  if (hidden.length === 0 || [".", ".."].includes(hidden.toString("latin1"))) return;
  // AUFS kept files of its own under names with this prefix. They remove nothing.
  if (isWhiteout(hidden)) return;
  await remove(joined(target, hidden));
}

async function mergeEntry(entry: Dirent<Buffer>, layer: Buffer, target: Buffer): Promise<void> {
  const from = joined(layer, entry.name);
  const to = joined(target, entry.name);
  const below = await statOf(to);
  if (!entry.isDirectory()) {
    if (below?.isDirectory()) await remove(to);
    await rename(from, to);
    return;
  }
  if (below === undefined || !below.isDirectory()) {
    if (below !== undefined) await remove(to);
    // Whiteouts in a new folder have nothing to remove, but must not be kept as files.
    await dropWhiteouts(from);
    await rename(from, to);
    return;
  }
  const stats = await lstat(from);
  await mergeLayer(from, to);
  await lchown(to, stats.uid, stats.gid);
  await chmod(to, stats.mode & 0o7777);
  await lutimes(to, stats.atime, stats.mtime);
}

async function dropWhiteouts(folder: Buffer): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: "buffer" })) {
    const path = joined(folder, entry.name);
    if (isWhiteout(entry.name)) await remove(path);
    else if (entry.isDirectory()) await dropWhiteouts(path);
  }
}

function isWhiteout(name: Buffer): boolean {
  return name.subarray(0, whiteout.length).equals(whiteout);
}

function joined(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, slash, name]);
}

async function remove(path: Buffer): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function statOf(path: Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
