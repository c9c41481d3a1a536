import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashDirectory } from "../store/hash.ts";
import { cacheRoot } from "../store/paths.ts";

/**
 * Makes `path` hold the tree of that digest, as its export did. Nothing is written when it does already.
 * @returns whether the tree could be had
 */
export async function restoreTree(digest: string, path: string, wipe: boolean): Promise<boolean> {
  const root = cacheRoot();
  if (existsSync(path)) {
    const present = await hashDirectory(path, {}, { memoFolder: join(root, "memo") });
    if (present.digest === digest) return true;
  }
  const { openStore } = await import("../store/store.ts");
  const store = await openStore({ path: root });
  try {
    const tree = await store.tree(digest);
    if (tree === undefined) return false;
    await store.exportTree(tree, path, { wipe });
    return true;
  } finally {
    await store.close();
  }
}
