import { lstatSync, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { blobName } from "./blobs.ts";
import { isMissing, namesIn, removeAll, uniqueName } from "./files.ts";
import { liveSessions } from "./lease.ts";
import { readEntries } from "./tree-file.ts";
import type { CacheInfo } from "./types.ts";

/** Something that is kept or removed as a whole. */
interface Unit {
  readonly kind: "layers" | "blobs" | "images" | "volumes" | "records";
  /** What to remove, in this order. The other paths depend on the first. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** When it was last used (milliseconds). */
  readonly used: number;
  /** The time that a use sets on the file that tells of it. By default its modification time. */
  readonly clock?: "atimeMs";
  readonly blobs?: readonly string[];
}

/** What is remembered of the sizes, see usage.ts. */
export const usageFile = "usage.json";

const statOf = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

/** Says whether a file is counted elsewhere: a layer may be made of links to blobs, which take no space of their own. */
type CountedElsewhere = (stat: Stats) => boolean;

/** Counts the bytes on disk below a path. */
export function sizeOf(path: string, isElsewhere: CountedElsewhere = () => false): number {
  const stat = statOf(path);
  if (!stat || (stat.nlink > 1 && stat.isFile() && isElsewhere(stat))) return 0;
  let bytes = stat.blocks * 512;
  if (stat.isDirectory()) for (const name of namesIn(path)) bytes += sizeOf(`${path}/${name}`, isElsewhere);
  return bytes;
}

/** Lists the layers. Unknown sizes are counted, and those of removed layers are forgotten. */
function layerUnits(root: string, sizes: Map<string, number>, isElsewhere: CountedElsewhere): Unit[] {
  const folder = join(root, "layers");
  const names = namesIn(folder);
  for (const name of sizes.keys()) if (!names.includes(name)) sizes.delete(name);
  return names
    .filter((name) => !name.endsWith(".json"))
    .map((name) => {
      const path = join(folder, name);
      const bytes = sizes.get(name) ?? sizeOf(path, isElsewhere);
      sizes.set(name, bytes);
      return { kind: "layers", paths: [path, `${path}.json`], bytes, used: statOf(`${path}.json`)?.mtimeMs ?? 0 };
    });
}

function treeUnits(root: string): Unit[] {
  return namesIn(join(root, "trees")).flatMap((name): Unit[] => {
    const file = join(root, "trees", name);
    const stat = statOf(file);
    if (!stat) return [];
    const checkout = join(root, "checkouts", name.replace(/\.json$/, ""));
    return [
      { kind: "blobs", paths: [file, checkout], bytes: stat.blocks * 512, used: stat.mtimeMs, blobs: blobsOf(file) },
    ];
  });
}

function blobsOf(file: string): string[] {
  const entries = readEntries(file) ?? [];
  return entries.flatMap((entry) => (entry.type === "file" ? [blobName(entry.sha256, entry.mode)] : []));
}

/** Lists the direct children of a folder, and the single blobs below `blobs/`. */
function childUnits(kind: Unit["kind"], folder: string): Unit[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === "blobs" || name === "sha256") return childUnits(kind, path);
    return [{ kind, paths: [path], bytes: sizeOf(path), used: statOf(path)?.mtimeMs ?? 0 }];
  });
}

const recordUnits = (root: string): Unit[] =>
  namesIn(join(root, "records")).flatMap((kind) => childUnits("records", join(root, "records", kind)));

interface Blob {
  readonly path: string;
  readonly inode: number;
  readonly bytes: number;
  /** When it was last used, or linked, which removing the other links does as well. */
  readonly used: number;
  /** When it was last used by its access time, which nothing else sets. */
  readonly seen: number;
}

function allBlobs(root: string): Map<string, Blob> {
  const blobs = new Map<string, Blob>();
  const folder = join(root, "blobs");
  for (const prefix of namesIn(folder)) {
    for (const name of namesIn(join(folder, prefix))) {
      const path = join(folder, prefix, name);
      const stat = statOf(path);
      if (stat)
        blobs.set(name, { path, inode: stat.ino, bytes: stat.blocks * 512, used: stat.ctimeMs, seen: stat.atimeMs });
    }
  }
  return blobs;
}

function allUnits(root: string, sizes: Map<string, number>, blobs: ReadonlyMap<string, Blob>): Unit[] {
  const isElsewhere = ofBlobs(blobs.values());
  return [
    ...layerUnits(root, sizes, isElsewhere),
    ...treeUnits(root),
    ...childUnits("images", join(root, "images")),
    ...childUnits("volumes", join(root, "volumes")),
    ...recordUnits(root),
  ];
}

function ofBlobs(blobs: Iterable<Blob>): CountedElsewhere {
  const inodes = new Set([...blobs].map(({ inode }) => inode));
  return ({ ino }) => inodes.has(ino);
}

/** Counts the bytes of one layer without the blobs that it is made of. */
export const sizeOfLayer = (root: string, path: string): number => sizeOf(path, ofBlobs(allBlobs(root).values()));

/**
 * Counts everything in the cache. `layerSizes` has known sizes of layers by folder name; those that are counted now are
 * added.
 */
export function cacheInfo(root: string, limit: number, layerSizes = new Map<string, number>()): CacheInfo {
  const kinds: Record<string, { entries: number; bytes: number }> = {};
  const add = (kind: string, entries: number, bytes: number) => {
    const sum = kinds[kind] ?? { entries: 0, bytes: 0 };
    kinds[kind] = { entries: sum.entries + entries, bytes: sum.bytes + bytes };
  };
  for (const kind of ["layers", "blobs", "images", "volumes", "records"]) add(kind, 0, 0);
  const blobs = allBlobs(root);
  for (const unit of allUnits(root, layerSizes, blobs)) add(unit.kind, unit.kind === "blobs" ? 0 : 1, unit.bytes);
  for (const blob of blobs.values()) add("blobs", 1, blob.bytes);
  const bytes = Object.values(kinds).reduce((sum, kind) => sum + kind.bytes, 0);
  return { path: root, bytes, limit, kinds };
}

/**
 * Moves a unit to the trash before deleting it, so that nobody sees half of it. A unit that was used meanwhile is kept.
 */
function remove(unit: Unit, trash: string): boolean {
  const marker = unit.kind === "layers" ? unit.paths[1] : unit.paths[0];
  const time = marker && statSync(marker, { throwIfNoEntry: false })?.[unit.clock ?? "mtimeMs"];
  // Where the clock was set back, a later use has an earlier time.
  if (time !== undefined && time !== unit.used) return false;
  const moved = unit.paths.flatMap((path) => {
    const gone = join(trash, uniqueName());
    try {
      renameSync(path, gone);
      return [gone];
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  });
  // Deleting takes its time. Meanwhile a session may make the unit anew, and must keep all parts of it.
  for (const gone of moved) removeAll(gone);
  return true;
}

/** Times of files may be a little ahead of this process's clock (milliseconds). */
const ahead = 1000;

/**
 * Says of the time of a use whether it was before all live sessions. A time that is still to come is from before the clock
 * was set back, and so before all sessions that have begun since. Where a live session began at a time to come, the clock
 * was set back since: what it uses has times from before and after, which tell nothing, so nothing is out of use. It must
 * be asked of times that were read before: to list a large cache takes long, and what is used meanwhile is not to come.
 */
function outOfUse(root: string): (used: number) => boolean {
  const { oldest, newest } = liveSessions(root);
  const now = Date.now();
  if (newest > now + ahead) return () => false;
  return (used) => used < Math.min(oldest, now) || used > now + ahead;
}

/** Counts for each blob the trees that name it. */
function countReferences(units: readonly Unit[]): Map<string, number> {
  const references = new Map<string, number>();
  for (const unit of units) for (const name of unit.blobs ?? []) references.set(name, (references.get(name) ?? 0) + 1);
  return references;
}

/**
 * Removes what was used longest ago until at most `keepBytes` remain. What was used since the oldest live session began
 * is kept, because that session may be using it. `trash` is a folder of this session.
 */
export async function pruneCache(
  root: string,
  keepBytes: number,
  trash: string,
  layerSizes = new Map<string, number>(),
): Promise<{ readonly freedBytes: number }> {
  const blobs = allBlobs(root);
  const units = allUnits(root, layerSizes, blobs);
  const isOutOfUse = outOfUse(root);
  const references = countReferences(units);
  let freed = 0;
  let total = 0;
  for (const unit of units) total += unit.bytes;
  for (const blob of blobs.values()) total += blob.bytes;

  const release = (name: string): void => {
    const left = (references.get(name) ?? 1) - 1;
    references.set(name, left);
    const blob = blobs.get(name);
    if (left > 0 || !blob || !isOutOfUse(blob.used)) return;
    // A layer that is made of it keeps its content, and has it for its own from now on.
    const isShared = (statOf(blob.path)?.nlink ?? 0) > 1;
    const unit = { kind: "blobs", paths: [blob.path], bytes: blob.bytes, used: blob.seen, clock: "atimeMs" } as const;
    if (!remove(unit, trash)) return;
    blobs.delete(name);
    if (isShared) rmSync(join(root, usageFile), { force: true });
    else freed += blob.bytes;
  };

  const orphans = [...blobs.keys()].filter((name) => !references.has(name));
  for (const name of orphans) release(name);
  const removable = units.filter((unit) => isOutOfUse(unit.used)).sort((left, right) => left.used - right.used);
  for (const unit of removable) {
    if (total - freed <= keepBytes) break;
    if (!remove(unit, trash)) continue;
    freed += unit.bytes;
    for (const name of unit.blobs ?? []) release(name);
    await nextTurn();
  }
  return { freedBytes: freed };
}
