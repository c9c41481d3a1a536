import { directoryOf } from "../../../engine/values/tree.ts";
import { entriesAt, glob } from "../../../store/tree.ts";
import { optionalText, text } from "../arguments.ts";
import { reads } from "../define.ts";

/** Marks names of directories with a slash, as Dagger does. */
const marked = (name: string, type: string): string => (type === "directory" ? `${name}/` : name);

export const directoryEntries = [
  reads("Directory", "[String!]!", "entries", {
    doc: "The names of what is directly in it, with a slash after those of directories.",
    args: { path: optionalText("A directory below it.") },
    read: async (directory, { path = "." }) => {
      const tree = directoryOf(await directory.tree.get(), path);
      return entriesAt(tree).map(({ name, type }) => marked(name, type));
    },
  }),
  reads("Directory", "[String!]!", "glob", {
    doc: "The paths that match a pattern.",
    args: { pattern: text("Such as `*.md` or `**/*.py`.") },
    read: async (directory, { pattern }) => {
      const tree = await directory.tree.get();
      const kinds = new Map(tree.entries.map((entry) => [entry.path, entry.type]));
      return glob(tree, pattern).map((path) => marked(path, kinds.get(path) ?? ""));
    },
  }),
];
