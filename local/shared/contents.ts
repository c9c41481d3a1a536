import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { treeOf } from "../store/tree.ts";
import type { Store, Tree } from "../store/types.ts";
import { type ContentValue, isContent, isSmallTree, type SmallTree } from "./entry.ts";
import { isBlobOf, unpackFolder } from "./pack.ts";
import type { Blob, Place } from "./place.ts";
import type { Reader } from "./reader.ts";

/** A tree is what it is on every machine. */
export const treeKey = (digest: string) => ({ kind: "tree", key: digest, scope: "" });

export type SharedTree = ContentValue | SmallTree;

/** Gives what is kept of a tree. */
export async function sharedTree(reader: Reader, digest: string): Promise<SharedTree | undefined> {
  const value = (await reader.entry(treeKey(digest)))?.value;
  return isContent(value) || isSmallTree(value) ? value : undefined;
}

/** Takes a blob to a file below `scratch` while `use` runs. */
export async function withBlob<T>(
  place: Place,
  blob: Blob,
  scratch: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const file = join(scratch, `taken-${randomUUID()}`);
  try {
    await place.takeBlob(blob, file);
    if (!(await isBlobOf(file, blob))) throw new Error("its content was changed");
    return await use(file);
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Takes a tree into a store.
 * | @throws Error when it cannot be had, or is another one
 */
export async function takeTree(place: Place, value: SharedTree, digest: string, store: Store): Promise<Tree> {
  try {
    const tree = "blob" in value ? await takeFolder(place, value.blob, store) : await takeSmall(value, store);
    if (tree.digest !== digest) throw new Error("it is another tree than it says");
    await store.putTree(tree);
    return tree;
  } catch (error) {
    throw new Error(`${place.name} does not have what it promised (${messageOf(error)})`, { cause: error });
  }
}

async function takeFolder(place: Place, blob: Blob, store: Store): Promise<Tree> {
  const scratch = await store.scratch();
  const folder = join(scratch, `tree-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    await withBlob(place, blob, scratch, (file) => unpackFolder(file, folder, "mine"));
    return await store.importDirectory(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeSmall({ entries, files }: SmallTree, store: Store): Promise<Tree> {
  for (const [hash, content] of Object.entries(files)) {
    const { sha256 } = await store.putBlob(Buffer.from(content, "base64"));
    if (sha256 !== hash) throw new Error("its content was changed");
  }
  for (const entry of entries)
    if (entry.type === "file" && files[entry.sha256] === undefined) throw new Error("a file is missing");
  return treeOf(entries);
}
