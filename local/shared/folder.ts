import { randomUUID } from "node:crypto";
import { constants, existsSync, type Stats, statSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { UsageError } from "../base/usage-error.ts";
import { isMissing } from "../store/files.ts";
import { isCacheFolder, markAsCache, requireOwn } from "./cache-folder.ts";
import { blobsOf } from "./entry.ts";
import type { Blob, Limits, Place, Pruned } from "./place.ts";

/**
 * A folder that several machines see, or that a CI system keeps between jobs. One rename makes a file visible, so many may
 * write at once, and one that dies leaves a draft that `prune` removes.
 */
export function folderPlace(name: string, path: string): Place {
  requireOwn(name, path);
  const entryFile = (entry: string): string => join(path, "entries", entry.slice(0, 2), `${entry}.json`);
  const blobFile = ({ digest }: Blob): string => blobPath(path, digest);

  const put = async (file: string, write: (draft: string) => Promise<unknown>): Promise<void> => {
    const draft = `${file}.${randomUUID()}${draftEnding}`;
    try {
      markAsCache(path);
      await mkdir(dirname(file), { recursive: true });
      await write(draft);
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw new Error(`${name} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  };

  return {
    name,
    entry: async (entry) => {
      const file = entryFile(entry);
      try {
        // What else somebody put there may have no end.
        if (!(await stat(file)).isFile()) return undefined;
        const text = await readFile(file, "utf8");
        await markUsed(file);
        return text;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    putEntry: (entry, text) => put(entryFile(entry), (draft) => writeFile(draft, text)),
    hasBlob: async (blob) => {
      const found = statSync(blobFile(blob), { throwIfNoEntry: false });
      if (found?.size !== blob.size) return false;
      await markUsed(blobFile(blob));
      return true;
    },
    putBlob: (blob, file) => put(blobFile(blob), (draft) => copyFile(file, draft, constants.COPYFILE_FICLONE)),
    takeBlob: async (blob, file) => {
      await copyFile(blobFile(blob), file, constants.COPYFILE_FICLONE);
      await markUsed(blobFile(blob));
    },
    prune: async (limits) => {
      if (!isCacheFolder(path)) throw new UsageError(`--cache=${name}: there is no cache in this folder`);
      return await prune(path, limits);
    },
  };
}

/** Where a blob is, by its `sha256:…`. */
const blobPath = (path: string, digest: string): string => join(path, "blobs", digest.slice(7, 9), digest.slice(7));

const draftEnding = ".draft";
/** A draft that is older belongs to nobody any more (milliseconds). */
const draftAge = 60 * 60 * 1000;

/** A job that may only read leaves no trace of what it used. */
async function markUsed(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}

interface Kept {
  readonly file: string;
  readonly bytes: number;
  readonly used: number;
}

/** Removes entries first, and then the blobs that no entry names. */
async function prune(path: string, { before, keepBytes }: Limits): Promise<Pruned> {
  const entries = await filesBelow(join(path, "entries"));
  const blobs = new Map((await filesBelow(join(path, "blobs"))).map((blob) => [blob.file, blob]));
  const named = new Map<string, readonly string[]>();
  for (const { file } of entries) {
    const digests = blobsOf(await readFile(file, "utf8").catch(() => ""));
    named.set(
      file,
      digests.map((digest) => blobPath(path, digest)),
    );
  }
  const users = new Map<string, number>();
  for (const files of named.values()) for (const file of files) users.set(file, (users.get(file) ?? 0) + 1);

  const result = { entries: 0, freedBytes: 0 };
  let left = [...entries, ...blobs.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const remove = async ({ file, bytes }: Kept): Promise<void> => {
    await rm(file, { force: true });
    result.freedBytes += bytes;
    left -= bytes;
  };
  const release = async (file: string): Promise<void> => {
    const count = (users.get(file) ?? 0) - 1;
    users.set(file, count);
    const blob = blobs.get(file);
    if (count <= 0 && blob !== undefined) await remove(blob);
  };
  // A blob without an entry is one whose entry is still to come, or whose giver has died.
  for (const [file, blob] of blobs) if (!users.has(file) && blob.used < Date.now() - draftAge) await release(file);
  for (const entry of entries.sort((one, other) => one.used - other.used)) {
    if (entry.used >= before && left <= keepBytes) break;
    await remove(entry);
    result.entries += 1;
    for (const file of named.get(entry.file) ?? []) await release(file);
  }
  return { ...result, leftBytes: left };
}

/** Names that this gives to files. */
const ownName = /^[0-9a-f]{64}(\.json)?(\.[0-9a-f-]{36}\.draft)?$/;

async function filesBelow(folder: string): Promise<Kept[]> {
  if (!existsSync(folder)) return [];
  const found: Kept[] = [];
  for (const one of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!one.isFile() || !ownName.test(one.name)) continue;
    const file = join(one.parentPath, one.name);
    const stats: Stats | undefined = await stat(file).catch(() => undefined);
    if (stats === undefined) continue;
    if (!one.name.endsWith(draftEnding)) found.push({ file, bytes: stats.size, used: stats.mtimeMs });
    else if (stats.mtimeMs < Date.now() - draftAge) await rm(file, { force: true });
  }
  return found;
}
