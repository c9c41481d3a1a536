import { chmodSync, lstatSync, lutimesSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type Blobs, folderTime } from "./blobs.ts";
import { isFull, removeAll } from "./files.ts";
import { makeFolder } from "./folders.ts";
import type { Tree } from "./types.ts";

/** Makes a directory of hard links from a tree, at `target`, which must not exist. */
export function layOut(tree: Tree, target: string, blobs: Blobs): void {
  mkdirSync(target);
  const folders = [target];
  for (const entry of tree.entries) {
    const path = `${target}/${entry.path}`;
    if (entry.type === "directory") {
      mkdirSync(path, entry.mode);
      folders.push(path);
    } else if (entry.type === "symlink") {
      symlinkSync(entry.target, path);
      lutimesSync(path, folderTime, folderTime);
    } else {
      blobs.link(entry.sha256, entry.mode, path);
    }
  }
  // The times of folders are set last and from the bottom, because writing into a folder changes its time.
  for (const folder of folders.reverse()) utimesSync(folder, folderTime, folderTime);
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
  for (const entry of tree.entries) {
    const path = join(target, entry.path);
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there && !(entry.type === "directory" && there.isDirectory())) removeAll(path);
    if (entry.type === "symlink") symlinkSync(entry.target, path);
    else if (entry.type === "file") blobs.export(entry.sha256, entry.mode, path);
    else if (!there?.isDirectory()) mkdirSync(path, entry.mode);
    else chmodSync(path, entry.mode);
  }
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
