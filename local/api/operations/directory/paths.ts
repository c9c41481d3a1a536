import { posix } from "node:path";
import { directoryAt, fileAtPlace } from "../../../engine/places.ts";
import { directoryOf, fileOf } from "../../../engine/values/tree.ts";
import { text } from "../arguments.ts";
import { makes } from "../define.ts";

const path = text("Relative to the directory.");

/** Parts of a directory; of one in a container, only what is asked for is read. */
export const directoryPaths = [
  makes("Directory", "Directory", "directory", {
    doc: "A directory below this one.",
    args: { path },
    apply: (directory, { path }, session) => {
      const { place } = directory;
      if (place !== undefined) return directoryAt(session, { ...place, path: posix.join(place.path, path) });
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
      const { place } = directory;
      if (place !== undefined) return fileAtPlace(session, { ...place, path: posix.join(place.path, path) });
      return { name: posix.basename(path), blob: directory.tree.map((tree) => fileOf(tree, path)) };
    },
  }),
];
