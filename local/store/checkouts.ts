import { chmodSync, lstatSync, lutimesSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type Blobs, folderTime } from "./blobs.ts";
import { isFull, removeAll } from "./files.ts";
import { makeFolder } from "./folders.ts";
import { directoryMode } from "./tree.ts";
import type { Tree } from "./types.ts";

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

/**
 * Copies a tree into a folder of the host. Links inside that folder are replaced, never followed.
 * | @throws Error naming the folder when its disk is full, which need not be the cache's
 */
export function copyOut(tree: Tree, target: string, blobs: Blobs, wipe: boolean): void {
  try {
    copyInto(tree, target, blobs, wipe);
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new Error(`The disk of ${target} is full, and not all of the files are there. Free some of it.`, {
      cause: error,
    });
  }
}

function copyInto(tree: Tree, target: string, blobs: Blobs, wipe: boolean): void {
  makeFolder(target);
  if (wipe) removeOthers(tree, target);
  const folders: { readonly path: string; readonly mode: number }[] = [];
  for (const entry of tree.entries) {
    const path = join(target, entry.path);
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there && !(entry.type === "directory" && there.isDirectory())) removeAll(path);
    if (entry.type === "symlink") symlinkSync(entry.target, path);
    else if (entry.type === "file") blobs.export(entry.sha256, entry.mode, path);
    else {
      // Until all is in it, this user can write to it and nobody else can.
      if (there?.isDirectory()) chmodSync(path, 0o700);
      else mkdirSync(path, 0o700);
      folders.push({ path, mode: entry.mode });
    }
  }
  for (const { path, mode } of folders.reverse()) chmodSync(path, mode);
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
