import { posix } from "node:path";
import { Lazy } from "../../server/lazy.ts";
import { directoryAt, fileAtPlace } from "../../server/places.ts";
import { directoryOf, fileOf } from "../../server/values/tree.ts";
import { diff, emptyTree, filterTree } from "../../store/tree.ts";
import { noTexts, object, text } from "../arguments.ts";
import { makes } from "../define.ts";

const path = text("Relative to the directory.");

/** Parts of a directory. */
export const directorySelections = [
  makes("Query", "Directory", "directory", {
    doc: "An empty directory.",
    apply: () => ({ tree: Lazy.of(emptyTree), path: "/" }),
  }),
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
  makes("Directory", "Directory", "filter", {
    doc: "What patterns leave of it.",
    args: {
      exclude: noTexts("What does not count, as in `.dockerignore`."),
      include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
    },
    apply: (directory, filter) => ({
      tree: directory.tree.map((tree) => filterTree(tree, filter)),
      path: directory.path,
    }),
  }),
  makes("Directory", "Directory", "diff", {
    doc: "What another directory has that this one has not, or has otherwise.",
    args: { other: object("Directory", "The other directory.") },
    apply: (directory, { other }) => ({
      tree: new Lazy(async () => diff(await directory.tree.get(), await other.tree.get())),
      path: directory.path,
    }),
  }),
];
