import { posix } from "node:path";
import { directoryOfSnapshot, fileOfSnapshot } from "../../../engine/read.ts";
import { directoryOf, fileOf } from "../../../engine/values/tree.ts";
import { text } from "../arguments.ts";
import { makes } from "../define.ts";

const path = text("Relative to the directory.");

/** Parts of a directory. Of a directory in a container, only the requested part is read. */
export const directoryPaths = [
  makes("Directory", "Directory", "directory", {
    doc: "A directory below this one.",
    args: { path },
    apply: (directory, { path }, session) => {
      const { origin } = directory;
      if (origin !== undefined) return directoryOfSnapshot(session, { ...origin, path: posix.join(origin.path, path) });
      return {
        tree: directory.tree.map((tree) => directoryOf(tree, path)),
        path: posix.resolve("/", directory.path, path),
      };
    },
  }),
  makes("Directory", "File", "file", {
    doc: "A file of this directory.",
    args: { path },
    apply: (directory, { path }, session) => {
      const { origin } = directory;
      if (origin !== undefined) return fileOfSnapshot(session, { ...origin, path: posix.join(origin.path, path) });
      return { name: posix.basename(path), blob: directory.tree.map((tree) => fileOf(tree, path)) };
    },
  }),
];
