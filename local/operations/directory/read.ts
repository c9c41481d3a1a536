import { posix } from "node:path";
import { contentOf } from "../../server/content.ts";
import { directoryOf } from "../../server/values/tree.ts";
import { entriesAt, glob } from "../../store/tree.ts";
import { optionalText, text } from "../arguments.ts";
import { reads } from "../define.ts";

/** Names with a slash after those of directories, as Dagger gives them. */
const marked = (name: string, type: string): string => (type === "directory" ? `${name}/` : name);

/** What a directory holds. */
export const directoryReads = [
  reads("Directory", "ID!", "sync", {
    doc: "Makes the directory, and gives its ID.",
    read: async (directory, _args, _session, self) => {
      await directory.tree.get();
      return self.id;
    },
  }),
  reads("Directory", "String!", "digest", {
    doc: "Equal for equal content.",
    read: async (directory, _args, session) => (await contentOf(session, directory)).digest,
  }),
  reads("Directory", "String!", "name", {
    doc: "The directory's name.",
    read: (directory) => {
      const name = posix.basename(directory.path);
      return name === "" ? "/" : `${name}/`;
    },
  }),
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
