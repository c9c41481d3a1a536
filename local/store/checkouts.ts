import {
  chmodSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  renameSync,
  type Stats,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Blobs, folderTime } from "./blobs.ts";
import { errorCode, isFull, removeAll, uniqueName } from "./files.ts";
import { makeFolder } from "./folders.ts";
import { directoryMode } from "./tree.ts";
import type { Tree, TreeEntry } from "./types.ts";

/** Makes a directory of hard links from a tree, at `target`, which must not exist. */
export function layOut(tree: Tree, target: string, blobs: Blobs): void {
  mkdirSync(target);
  const folders: { readonly path: string; readonly mode: number }[] = [{ path: target, mode: directoryMode }];
  for (const entry of tree.entries) {
    const path = `${target}/${entry.path}`;
    if (entry.type === "directory") {
      mkdirSync(path);
      folders.push({ path, mode: entry.mode });
    } else if (entry.type === "symlink") {
      symlinkSync(entry.target, path);
      lutimesSync(path, folderTime, folderTime);
    } else {
      blobs.link(entry.sha256, entry.mode, path);
    }
  }
  // Folders are finished last and from the bottom: writing into one changes its time, and may then be forbidden.
  for (const { path, mode } of folders.reverse()) {
    utimesSync(path, folderTime, folderTime);
    chmodSync(path, mode);
  }
}

/** Why a file of the host cannot be written, by the code of the error. */
const REFUSED: Readonly<Record<string, string>> = {
  EROFS: "is on a read-only file system",
  EACCES: "may not be written by this user",
  EPERM: "may not be written by this user, or is marked as one that nobody changes",
  EBUSY: "is mounted there, or in use",
};

/**
 * Copies a tree into a folder of the host. Links inside that folder are replaced, never followed. A file that is there is there until the
 * new one is whole, and what names others is written after what it names.
 * | @throws Error naming the folder when its disk is full, which need not be the cache's, or what may not be written
 */
export function copyOut(tree: Tree, target: string, blobs: Blobs, wipe: boolean): void {
  try {
    copyInto(tree, target, blobs, wipe);
  } catch (error) {
    if (isFull(error)) {
      throw new Error(`The disk of ${target} is full, and not all of the files are there. Free some of it.`, {
        cause: error,
      });
    }
    const refused = REFUSED[errorCode(error) ?? ""];
    if (refused === undefined) throw error;
    throw new Error(`${pathOf(error) ?? target} ${refused}: not all of the files could be written.`, { cause: error });
  }
}

/** The file that an error of the file system is about; where it is a new one that was to take its place, the folder. */
function pathOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const file = dest ?? path;
  return file === undefined || !file.includes(DRAFT) ? file : dirname(file);
}

function copyInto(tree: Tree, target: string, blobs: Blobs, wipe: boolean): void {
  makeFolder(target);
  if (wipe) removeOthers(tree, target);
  const folders: { readonly path: string; readonly mode: number }[] = [];
  try {
    for (const entry of namesLast(tree.entries)) {
      const path = join(target, entry.path);
      const there = lstatSync(path, { throwIfNoEntry: false });
      if (entry.type !== "directory") {
        replace(path, there, (draft) => put(entry, draft, blobs));
        continue;
      }
      if (there?.isDirectory()) {
        if ((there.mode & OWN) !== OWN) chmodSync(path, 0o700);
        const mode = entry.mode | (there.mode & OTHER_BITS);
        if ((there.mode & ALL_BITS) !== mode || (there.mode & OWN) !== OWN) folders.push({ path, mode });
        continue;
      }
      if (there !== undefined) removeAll(path);
      // Until all is in it, this user can write to it and nobody else can.
      mkdirSync(path, 0o700);
      folders.push({ path, mode: entry.mode });
    }
  } finally {
    for (const { path, mode } of folders.reverse()) chmodSync(path, mode);
  }
}

/** Where a model store has its pointers: what they name lies beside that folder. */
const POINTERS = /(^|\/)pointers\//;

/**
 * The order that entries are written in: as they are, and pointers of a model store after everything else. A disk that fills up, or a
 * process that is ended, leaves a store without its last move then, and no move to what is not there.
 */
export const namesLast = (entries: readonly TreeEntry[]): readonly TreeEntry[] => [
  ...entries.filter(({ path }) => !POINTERS.test(path)),
  ...entries.filter(({ path }) => POINTERS.test(path)),
];

/** What the owner of a folder may do. */
const OWN = 0o700;
/** What a tree does not have of a mode, and a folder that is there keeps: by it, its group is that of new files. */
const OTHER_BITS = 0o7000;
const ALL_BITS = 0o7777;
/** How the name of a file begins that is not whole yet. */
const DRAFT = ".ml-pipeline-";

/** Writes what `write` makes at a path in the place of what is there, which stays as it is when that fails. */
function replace(path: string, there: Stats | undefined, write: (draft: string) => void): void {
  const draft = join(dirname(path), `${DRAFT}${uniqueName()}`);
  try {
    write(draft);
    // What root writes into somebody's file is still theirs.
    if (there?.isFile() && process.getuid?.() === 0) lchownSync(draft, there.uid, there.gid);
    if (there?.isDirectory()) removeAll(path);
    renameSync(draft, path);
  } catch (error) {
    removeAll(draft);
    throw error;
  }
}

function put(entry: Exclude<TreeEntry, { readonly type: "directory" }>, path: string, blobs: Blobs): void {
  if (entry.type === "symlink") symlinkSync(entry.target, path);
  else blobs.export(entry.sha256, entry.mode, path);
}

function removeOthers(tree: Tree, target: string): void {
  const kept = new Set(tree.entries.map((entry) => entry.path));
  const visit = (directory: string): void => {
    for (const child of readdirSync(join(target, directory), { withFileTypes: true })) {
      const path = directory === "" ? child.name : `${directory}/${child.name}`;
      if (!kept.has(path)) removeAll(join(target, path));
      else if (child.isDirectory()) visit(path);
    }
  };
  visit("");
}
