import { posix } from "node:path";
import { EngineError } from "../../base/errors.ts";
import { cleanPath, find, subtree } from "../../store/tree.ts";
import type { Tree, TreeEntry } from "../../store/types.ts";
import type { Blob } from "./directory.ts";

/** What is at a path of a tree. The root has no entry of its own. */
export type Found = TreeEntry | { readonly type: "directory"; readonly path: "" };

/** Finds what is at `path`. Symbolic links on the way are followed, and with `followLast` also one at its end. */
export function lookUp(tree: Tree, path: string, followLast = true): Found | undefined {
  const found = follow(tree, path, followLast);
  return found === "" ? { type: "directory", path: "" } : found === undefined ? undefined : find(tree, found);
}

/** Gives the path that `path` leads to when links are followed. Undefined when it leads nowhere. */
function follow(tree: Tree, path: string, followLast: boolean): string | undefined {
  let pending = cleanPath(path).split("/").filter(Boolean);
  let at = "";
  for (let links = 0; pending.length > 0; ) {
    const [name = "", ...rest] = pending;
    const next = posix.join(at, name);
    const entry = find(tree, next);
    if (entry === undefined) return undefined;
    if (entry.type === "symlink" && (rest.length > 0 || followLast)) {
      if (++links > 40) return undefined;
      pending = [...posix.resolve(`/${at}`, entry.target).split("/").filter(Boolean), ...rest];
      at = "";
      continue;
    }
    if (rest.length > 0 && entry.type !== "directory") return undefined;
    at = next;
    pending = rest;
  }
  return at;
}

/**
 * Gives the directory at `path` as a tree of its own.
 * | @throws EngineError when there is none
 */
export function directoryOf(tree: Tree, path: string): Tree {
  const entry = lookUp(tree, path);
  if (entry === undefined) throw new EngineError(`${path}: no such file or directory`);
  if (entry.type !== "directory") throw new EngineError(`path ${path} is a file, not a directory`);
  return subtree(tree, entry.path);
}

/**
 * Gives the file at `path`.
 * | @throws EngineError when there is none
 */
export function fileOf(tree: Tree, path: string): Blob {
  const entry = lookUp(tree, path);
  if (entry === undefined) throw new EngineError(`${path}: no such file or directory`);
  if (entry.type !== "file") throw new EngineError(`path ${path} is a directory, not a file`);
  const { sha256, size, mode } = entry;
  return { sha256, size, mode };
}

/**
 * Resolves links in the existing part of `path`, because a file that is written below a link goes where the link
 * points.
 */
export function writable(tree: Tree, path: string): string {
  const parts = cleanPath(path).split("/").filter(Boolean);
  for (let length = parts.length; length > 0; length--) {
    const found = follow(tree, parts.slice(0, length).join("/"), true);
    if (found !== undefined) return posix.join(found, ...parts.slice(length));
  }
  return parts.join("/");
}
