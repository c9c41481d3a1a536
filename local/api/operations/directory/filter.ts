import { filterTree } from "../../../store/tree.ts";
import { noTexts } from "../arguments.ts";
import { makes } from "../define.ts";

export const directoryFilter = makes("Directory", "Directory", "filter", {
  doc: "What patterns leave of it.",
  args: {
    exclude: noTexts("What does not count, as in `.dockerignore`."),
    include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
  },
  apply: (directory, filter) => ({
    tree: directory.tree.map((tree) => filterTree(tree, filter)),
    path: directory.path,
  }),
});
