import { posix } from "node:path";
import type { Directory } from "../../server/values/directory.ts";
import { writable } from "../../server/values/tree.ts";
import { filterTree, mergeTree, withDirectory, withFile, without, withSymlink } from "../../store/tree.ts";
import type { Tree } from "../../store/types.ts";
import { integer, integerOr, noTexts, object, objects, optionalInteger, text, texts } from "../arguments.ts";
import { makes } from "../define.ts";

const path = text("Relative to the directory.");
const permissions = optionalInteger("Permissions, as in `chmod`.");

/** A directory like `directory` whose tree is changed when it is needed. */
const changed = (directory: Directory, change: (tree: Tree) => Tree | Promise<Tree>): Directory => ({
  tree: directory.tree.map(change),
  path: directory.path,
});

/** A directory with more in it, or less. Times are no part of a directory here, and files belong to root. */
export const directoryChanges = [
  makes("Directory", "Directory", "withNewFile", {
    doc: "The directory with a new file.",
    args: { path, contents: text("The file's text."), permissions: integerOr(0o644, "Permissions, as in `chmod`.") },
    apply: (directory, { path, contents, permissions }, session) =>
      changed(directory, async (tree) => {
        const blob = await session.store.putBlob(Buffer.from(contents));
        return withFile(tree, writable(tree, path), { ...blob, mode: permissions });
      }),
  }),
  makes("Directory", "Directory", "withFile", {
    doc: "The directory with a file copied into it.",
    args: { path, source: object("File", "The file."), permissions },
    apply: (directory, { path, source, permissions }) =>
      changed(directory, async (tree) => {
        const blob = await source.blob.get();
        const target = path.endsWith("/") ? posix.join(path, source.name) : path;
        return withFile(tree, writable(tree, target), { ...blob, mode: permissions ?? blob.mode });
      }),
  }),
  makes("Directory", "Directory", "withFiles", {
    doc: "The directory with files copied into a directory of it.",
    args: { path, sources: objects("File", "The files."), permissions },
    apply: (directory, { path, sources, permissions }) =>
      changed(directory, async (tree) => {
        let result = tree;
        for (const source of sources) {
          const blob = await source.blob.get();
          const target = writable(result, posix.join(path, source.name));
          result = withFile(result, target, { ...blob, mode: permissions ?? blob.mode });
        }
        return result;
      }),
  }),
  makes("Directory", "Directory", "withDirectory", {
    doc: "The directory with another one's files laid over a directory of it.",
    args: {
      path,
      source: object("Directory", "The other directory."),
      exclude: noTexts("What does not count, as in `.dockerignore`."),
      include: noTexts("What counts, as in `.dockerignore`; everything when empty."),
    },
    apply: (directory, { path, source, exclude, include }) =>
      changed(directory, async (tree) =>
        mergeTree(tree, writable(tree, path), filterTree(await source.tree.get(), { exclude, include })),
      ),
  }),
  makes("Directory", "Directory", "withNewDirectory", {
    doc: "The directory with a new empty directory.",
    args: { path, permissions },
    apply: (directory, { path }) => changed(directory, (tree) => withDirectory(tree, writable(tree, path))),
  }),
  makes("Directory", "Directory", "withSymlink", {
    doc: "The directory with a symbolic link.",
    args: { target: text("Where it points."), linkName: text("Where it is.") },
    apply: (directory, { target, linkName }) => changed(directory, (tree) => withSymlink(tree, linkName, target)),
  }),
  makes("Directory", "Directory", "withoutFile", {
    doc: "The directory without a file, or without those that match a pattern.",
    args: { path },
    apply: (directory, { path }) => changed(directory, (tree) => without(tree, [path])),
  }),
  makes("Directory", "Directory", "withoutFiles", {
    doc: "The directory without some files.",
    args: { paths: texts("Their paths.") },
    apply: (directory, { paths }) => changed(directory, (tree) => without(tree, paths)),
  }),
  makes("Directory", "Directory", "withoutDirectory", {
    doc: "The directory without a directory of it.",
    args: { path },
    apply: (directory, { path }) => changed(directory, (tree) => without(tree, [path])),
  }),
  makes("Directory", "Directory", "withTimestamps", {
    doc: "The same directory: times are no part of a directory here.",
    args: { timestamp: integer("Seconds since 1970.") },
    apply: (directory) => directory,
  }),
];
