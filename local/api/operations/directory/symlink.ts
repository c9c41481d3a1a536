import { withSymlink } from "../../../store/tree.ts";
import { text } from "../arguments.ts";
import { makes } from "../define.ts";
import { changed } from "./changed.ts";

/** Makes a symbolic link with exactly this target. */
export const linkInDirectory = makes("Directory", "Directory", "withSymlink", {
  doc: "The directory with a symbolic link.",
  args: { target: text("Where it points."), linkName: text("Where it is.") },
  apply: (directory, { target, linkName }) => changed(directory, (tree) => withSymlink(tree, linkName, target)),
});
