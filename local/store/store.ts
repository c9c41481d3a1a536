import { hash } from "node:crypto";
import { existsSync, mkdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { withEnginesPage } from "../base/errors.ts";
import type { Guard } from "../base/guards.ts";
import { Blobs } from "./blobs.ts";
import { copyOut, layOut } from "./checkouts.ts";
import { errorCode, publishFolder, removeAll, touch, uniqueName, writeWhole } from "./files.ts";
import { hashDirectory, modeOf } from "./hash.ts";
import { Layers } from "./layers.ts";
import { type Lease, openLease } from "./lease.ts";
import { cacheLimit, cacheRoot, makeCacheRoot } from "./paths.ts";
import { cacheInfo, pruneCache } from "./prune.ts";
import { layersIn, readRecord, recordFile, recordText } from "./records.ts";
import { treeOf, treeOfSorted } from "./tree.ts";
import { readEntries } from "./tree-file.ts";
import type { Store, Tree, TreeFilter } from "./types.ts";
import { Usage } from "./usage.ts";

export interface StoreOptions {
  /** The cache folder, which is created. Default: `cacheRoot()`. */
  readonly path?: string;
  /** The size limit in bytes. Default: `cacheLimit()`. */
  readonly limit?: number;
  /** Folders of other caches, which directories of the host are read without. */
  readonly others?: readonly string[];
}

/** The share of the limit that pruning leaves free, so that the next calls do not prune again, which counts everything. */
const slack = 0.1;

const hex = (digest: string): string => digest.replace(/^sha256:/, "");

const folders = ["blobs", "trees", "checkouts", "layers", "records", "volumes", "images", "memo"];

/** Makes the folders of a cache that are not there, and starts a session in it. */
function openFolders(path: string): Lease {
  try {
    makeCacheRoot(path);
    for (const name of folders) mkdirSync(join(path, name), { recursive: true });
    return openLease(path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EROFS" && code !== "EACCES" && code !== "EPERM") throw error;
    throw new Error(
      withEnginesPage(
        `The cache folder ${path} cannot be written (${code}). Make it writable for this user, or set XDG_CACHE_HOME to a folder that is.`,
      ),
      { cause: error },
    );
  }
}

/**
 * Opens the store of one cache folder and starts a session in it. A record whose layers have been removed is ignored:
 * `record` gives undefined, so what it stood for runs again.
 * | @throws Error when the folder cannot be written
 */
export async function openStore(options: StoreOptions = {}): Promise<Store> {
  const path = options.path ?? cacheRoot();
  const limit = options.limit ?? cacheLimit();
  const lease = openFolders(path);
  const temporary = join(lease.scratch, "store");
  mkdirSync(temporary);
  const blobs = new Blobs(join(path, "blobs"), temporary);
  const layers = new Layers(join(path, "layers"), temporary);
  const usage = new Usage(path, temporary);
  const treeFile = (digest: string) => join(path, "trees", `${hex(digest)}.json`);

  const putTree = (tree: Tree): void => {
    const file = treeFile(tree.digest);
    for (const entry of tree.entries) if (entry.type === "file") blobs.keep(entry.sha256, entry.mode, entry.size);
    if (!touch(file)) writeWhole(file, JSON.stringify(tree.entries), temporary);
  };

  const importDirectory = async (directory: string, filter: TreeFilter): Promise<Tree> => {
    // The store mounts and unpacks each content once under such a path, so remembering its hashes is of no use.
    const memo = directory.startsWith(`${path}/`) ? {} : { memoFolder: join(path, "memo") };
    const onFile = (file: string, stat: Stats, mode: number) => blobs.putFile(file, stat, mode);
    const remembered: [sha256: string, mode: number][] = [];
    const reading = { ...memo, onFile, owned: [path, ...(options.others ?? [])] };
    const tree = await hashDirectory(directory, filter, {
      ...reading,
      onKnown: (sha256, mode) => {
        remembered.push([sha256, mode]);
        return true;
      },
    });
    // A kept tree has all its blobs. Another tree may lack one that was removed since its hash was remembered.
    if (touch(treeFile(tree.digest))) return tree;
    const whole = remembered.every(([sha256, mode]) => blobs.has(sha256, mode))
      ? tree
      : await hashDirectory(directory, filter, { ...reading, onKnown: (sha256, mode) => blobs.has(sha256, mode) });
    putTree(whole);
    return whole;
  };

  return {
    path,
    importDirectory: (directory, filter = {}) => importDirectory(directory, filter),
    importFile: async (file, name) => {
      const stat = statSync(file);
      if (!stat.isFile()) throw new Error(`${file} is not a file.`);
      const mode = modeOf(stat);
      const tree = treeOf([
        { path: name, type: "file", sha256: blobs.putFile(file, stat, mode), size: stat.size, mode },
      ]);
      putTree(tree);
      return tree;
    },
    lendFile: async (file) => {
      const stat = statSync(file);
      const mode = modeOf(stat);
      return { sha256: blobs.lend(file, stat.size, mode), size: stat.size, mode };
    },
    putBlob: async (content) => blobs.putBytes(content, 0o644),
    blobPath: (sha256, mode) => {
      if (!blobs.has(sha256, mode)) throw new Error(`The blob ${sha256} is not in the cache any more.`);
      return blobs.path(sha256, mode);
    },
    checkout: async (tree) => {
      putTree(tree);
      const target = join(path, "checkouts", hex(tree.digest));
      if (existsSync(target)) return target;
      const draft = join(temporary, uniqueName());
      layOut(tree, draft, blobs);
      await publishFolder(draft, target);
      return target;
    },
    exportTree: async (tree, target, { wipe = false } = {}) => copyOut(tree, target, blobs, wipe),
    tree: async (digest) => {
      if (!touch(treeFile(digest))) return undefined;
      const entries = readEntries(treeFile(digest));
      return entries && treeOfSorted(entries);
    },
    putTree: async (tree) => putTree(tree),

    draftLayer: async () => layers.draft(),
    hasLayer: async (id) => layers.has(id),
    layerPath: async (id) => layers.path(id),
    layerMade: async (id) => layers.made(id),
    isPrivate: async (id) => layers.isPrivate(id),

    record: async <T>(kind: string, key: string, isRight: Guard<T>): Promise<T | undefined> => {
      const value = readRecord(path, kind, key, isRight);
      if (value === undefined || !layersIn(value).every((id) => layers.has(id))) return undefined;
      touch(recordFile(path, kind, key));
      return value;
    },
    putRecord: async (kind, key, value) => {
      writeWhole(recordFile(path, kind, key), recordText(key, value), temporary);
    },

    volume: async (key) => {
      const folder = join(path, "volumes", hash("sha256", key).slice(0, 32));
      mkdirSync(folder, { recursive: true });
      touch(folder);
      usage.volumesUsed = true;
      return folder;
    },
    imagesPath: async () => join(path, "images"),
    scratch: async () => lease.scratch,

    info: async () => cacheInfo(path, limit),
    prune: (keepBytes = 0) => pruneCache(path, keepBytes, temporary),
    close: async () => {
      const added = layers.added.map((id) => layers.path(id));
      if (usage.update(blobs.added, added, limit))
        await pruneCache(path, limit * (1 - slack), temporary, usage.layerSizes());
      removeAll(temporary);
      lease.release();
    },
  };
}
