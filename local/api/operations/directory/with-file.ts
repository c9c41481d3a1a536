import { posix } from "node:path";
import { writable } from "../../../engine/values/tree.ts";
import { withFile } from "../../../store/tree.ts";
import { integerOr, object, objects, optionalInteger, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { changed } from "./changed.ts";

const path = text("Relative to the directory.");
const permissions = optionalInteger("Permissions, as in `chmod`.");

/** Puts files into a directory. They belong to root, and a directory has no times. */
export const filesInDirectories = [
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
];
