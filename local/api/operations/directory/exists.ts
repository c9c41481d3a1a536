import { posix } from "node:path";
import { lookUp } from "../../../engine/values/tree.ts";
import type { Tree } from "../../../store/types.ts";
import type { Stat } from "../../types.ts";
import { flag, optionalChoice, text } from "../arguments.ts";
import { finds, reads } from "../define.ts";

const path = text("Relative to the directory.");
const doNotFollowSymlinks = flag("Ask about a link itself rather than what it points to.");

function statOf(tree: Tree, path: string, follow: boolean): Stat | undefined {
  const found = lookUp(tree, path, follow);
  if (found === undefined) return undefined;
  const name = posix.basename(posix.resolve("/", path));
  if (found.type === "file") return { name, size: found.size, permissions: found.mode, fileType: "REGULAR" };
  if (found.type === "symlink") return { name, size: found.target.length, permissions: 0o777, fileType: "SYMLINK" };
  return { name, size: 0, permissions: 0o755, fileType: "DIRECTORY" };
}

export const directoryExistence = [
  reads("Directory", "Boolean!", "exists", {
    doc: "Whether something is at a path.",
    args: {
      path,
      expectedType: optionalChoice<`${Stat["fileType"]}_TYPE`>("ExistsType", "What it must be."),
      doNotFollowSymlinks,
    },
    read: async (directory, { path, expectedType, doNotFollowSymlinks }) => {
      const follow = !doNotFollowSymlinks && expectedType !== "SYMLINK_TYPE";
      const found = statOf(await directory.tree.get(), path, follow);
      return found !== undefined && (expectedType === undefined || `${found.fileType}_TYPE` === expectedType);
    },
  }),
  finds("Directory", "Stat", "stat", {
    doc: "Facts about what is at a path.",
    args: { path, doNotFollowSymlinks },
    find: async (directory, { path, doNotFollowSymlinks }) =>
      statOf(await directory.tree.get(), path, !doNotFollowSymlinks),
  }),
  reads("Stat", "String!", "name", { doc: "The name.", read: ({ name }) => name }),
  reads("Stat", "Int!", "size", { doc: "The size in bytes.", read: ({ size }) => size }),
  reads("Stat", "Int!", "permissions", { doc: "Permissions, as in `chmod`.", read: ({ permissions }) => permissions }),
  reads("Stat", "FileType", "fileType", { doc: "What it is.", read: ({ fileType }) => fileType }),
];
