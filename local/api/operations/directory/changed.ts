import type { Directory } from "../../../engine/values/directory.ts";
import type { Tree } from "../../../store/types.ts";

/** Gives a directory whose tree is changed when it is needed. */
export const changed = (directory: Directory, change: (tree: Tree) => Tree | Promise<Tree>): Directory => ({
  tree: directory.tree.map(change),
  path: directory.path,
});
