import { Lazy } from "../../../base/lazy.ts";
import { emptyTree } from "../../../store/tree.ts";
import { makes } from "../define.ts";

/** The empty directory, from which others are built. */
export const emptyDirectory = makes("Query", "Directory", "directory", {
  doc: "An empty directory.",
  apply: () => ({ tree: Lazy.of(emptyTree), path: "/" }),
});
