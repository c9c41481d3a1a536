import { constants } from "node:fs";
import { chmod, copyFile, lstat, mkdir, rm, utimes } from "node:fs/promises";
import { basename, dirname, posix } from "node:path";
import { type KeyTable, keyParts } from "../../../base/key-table.ts";
import { Lazy } from "../../../base/lazy.ts";
import type { Session } from "../../../engine/session.ts";
import type { Container } from "../../../engine/values/container.ts";
import type { Blob, File } from "../../../engine/values/directory.ts";
import { changeOwner, ownerIds, withChange } from "../../../engine/write.ts";
import { pathInRoot } from "../../../sandbox/path-in-root.ts";
import { expand, integerOr, object, objects, optionalInteger, owner, text } from "../arguments.ts";
import { makes } from "../define.ts";
import { expanded } from "./exec.ts";

const permissions = optionalInteger("Permissions, as in `chmod`; those of the file when absent.");

interface Copy {
  readonly path: string;
  readonly file: File;
  readonly permissions?: number | undefined;
  readonly owner: string;
}

/** A copy with its inputs. `ids` are the owner's numbers in this container. */
interface CopyInputs {
  readonly copy: Copy;
  readonly blob: Blob;
  readonly ids: string | undefined;
}

const copyTable = {
  path: { notKeyed: "`withChange` puts the path of every change into its key" },
  file: { keyed: ({ copy, blob }) => ({ withFile: blob.sha256, name: copy.file.name }) },
  permissions: { keyed: ({ copy, blob }) => ({ mode: copy.permissions ?? blob.mode }) },
  owner: { keyed: ({ ids }) => ({ owner: ids }) },
} satisfies KeyTable<Copy, CopyInputs>;

/** Copies a file to `path`, or into it when it ends with a slash or is a directory in the container. */
function withCopy(session: Session, container: Container, copy: Copy): Container {
  const { path, file, permissions, owner } = copy;
  const named = path.endsWith("/") ? posix.join(path, file.name) : path;
  return withChange(session, container, named, {
    key: async () => {
      const [blob, ids] = await Promise.all([file.blob.get(), ownerIds(session, container, owner)]);
      return keyParts(copyTable, { copy, blob, ids });
    },
    apply: async (root, asked) => {
      const { sha256, mode } = await file.blob.get();
      const there = pathInRoot(root, asked);
      const isDirectory = (await lstat(there).catch(() => undefined))?.isDirectory();
      const target = isDirectory ? pathInRoot(root, posix.join(asked, file.name || basename(asked))) : there;
      await mkdir(dirname(target), { recursive: true });
      await rm(target, { force: true });
      const blob = session.store.blobPath(sha256, mode);
      await copyFile(blob, target, constants.COPYFILE_FICLONE);
      await chmod(target, permissions ?? mode);
      const { atime, mtime } = await lstat(blob);
      await utimes(target, atime, mtime);
      const ids = await ownerIds(session, container, owner);
      if (ids !== undefined) await changeOwner(ids, [target]);
    },
  });
}

/** Copies of files into a container. The content of a file identifies the layer. */
export const fileCopies = [
  makes("Container", "Container", "withFile", {
    doc: "The container with a file copied into it.",
    args: { path: text("Where in the container."), source: object("File", "The file."), permissions, owner, expand },
    apply: (container, { path, source, permissions, owner, expand }, session) =>
      withCopy(session, container, { path: expanded(container, path, expand), file: source, permissions, owner }),
  }),
  makes("Container", "Container", "withFiles", {
    doc: "The container with files copied into a directory of it.",
    args: { path: text("The directory."), sources: objects("File", "The files."), permissions, owner, expand },
    apply: (container, { path, sources, permissions, owner, expand }, session) => {
      const directory = expanded(container, path, expand);
      return sources.reduce((result: Container, file) => {
        const target = posix.join(directory, file.name);
        return withCopy(session, result, { path: target, file, permissions, owner });
      }, container);
    },
  }),
  makes("Container", "Container", "withNewFile", {
    doc: "The container with a new file.",
    args: {
      path: text("Where in the container."),
      contents: text("The file's text."),
      permissions: integerOr(0o644, "Permissions, as in `chmod`."),
      owner,
      expand,
    },
    apply: (container, { path, contents, permissions, owner, expand }, session) => {
      const target = expanded(container, path, expand);
      const blob = new Lazy(async () => ({ ...(await session.store.putBlob(Buffer.from(contents))), mode: 0o644 }));
      const file = { name: posix.basename(target), blob };
      return withCopy(session, container, { path: target, file, permissions, owner });
    },
  }),
];
