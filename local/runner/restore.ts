import { existsSync } from "node:fs";
import { join } from "node:path";
import { hashDirectory } from "../store/hash.ts";
import { cacheRoot } from "../store/paths.ts";

/**
 * Exports a kept tree to `path` again, and writes nothing when it is there already.
 * | @returns whether the cache still had the tree
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
