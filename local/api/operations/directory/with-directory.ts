import { writable } from "../../../engine/values/tree.ts";
import { filterTree, mergeTree, withDirectory, withMode } from "../../../store/tree.ts";
import { noTexts, object, optionalInteger, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { changed } from "./changed.ts";

const path = text("Relative to the directory.");

/** Dagger's default, which is that of files: what only root can enter. */
const NEW_DIRECTORY = 0o644;

export const directoriesInDirectories = [
  makes("Directory", "Directory", "withDirectory", {
    doc: "The directory with another one's files laid over a directory of it.",
    args: {
      path,
      source: object("Directory", "The other directory."),
      exclude: noTexts("What does not count, as in `.dockerignore`."),
      include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
      permissions: optionalInteger("Permissions of all that is copied, as in `chmod`; its own when absent."),
    },
    apply: (directory, { path, source, exclude, include, permissions }) =>
      changed(directory, async (tree) => {
        const added = filterTree(await source.tree.get(), { exclude, include });
        const copied = permissions === undefined ? added : withMode(added, permissions);
        return mergeTree(tree, writable(tree, path), copied, permissions);
      }),
  }),
  makes("Directory", "Directory", "withNewDirectory", {
    doc: "The directory with a new empty directory, unless it is there.",
    args: {
      path,
      permissions: optionalInteger(
        "Permissions of it and of folders above it that are new, as in `chmod`; 0644 when absent.",
      ),
    },
    apply: (directory, { path, permissions = NEW_DIRECTORY }) =>
      changed(directory, (tree) => withDirectory(tree, writable(tree, path), permissions)),
  }),
];
