import { Lazy } from "../../../base/lazy.ts";
import { diff } from "../../../store/tree.ts";
import { object } from "../arguments.ts";
import { makes } from "../define.ts";

export const directoryDiff = makes("Directory", "Directory", "diff", {
  doc: "What another directory has that this one has not, or has otherwise.",
  args: { other: object("Directory", "The other directory.") },
  apply: (directory, { other }) => ({
    tree: new Lazy(async () => diff(await directory.tree.get(), await other.tree.get())),
    path: directory.path,
  }),
});
