import { posix } from "node:path";
import { contentOf } from "../../../engine/content.ts";
import { reads } from "../define.ts";

/** Facts about a directory. Asking for one makes the directory. */
export const directoryFacts = [
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
];
