import { readFile } from "node:fs/promises";
import { keyOf } from "../../server/hash.ts";
import { Lazy } from "../../server/lazy.ts";
import type { Session } from "../../server/session.ts";
import type { File } from "../../server/values/directory.ts";
import { flag, integer, integerOr, optionalInteger, text } from "../arguments.ts";
import { makes, reads } from "../define.ts";

async function contents(session: Session, file: File): Promise<string> {
  const { sha256, mode } = await file.blob.get();
  return readFile(session.store.blobPath(sha256, mode), "utf8");
}

/** Files: their making, and what is in them. */
export const files = [
  makes("Query", "File", "file", {
    doc: "A file of given content.",
    args: {
      name: text("Its name."),
      contents: text("Its text."),
      permissions: integerOr(0o644, "Permissions, as in `chmod`."),
    },
    apply: (_query, { name, contents, permissions }, session) => ({
      name,
      blob: new Lazy(async () => ({ ...(await session.store.putBlob(Buffer.from(contents))), mode: permissions })),
    }),
  }),
  reads("File", "ID!", "sync", {
    doc: "Makes the file, and gives its ID.",
    read: async (file, _args, _session, self) => {
      await file.blob.get();
      return self.id;
    },
  }),
  reads("File", "String!", "contents", {
    doc: "The file's text, or some lines of it.",
    args: {
      offsetLines: optionalInteger("How many lines to leave out."),
      limitLines: optionalInteger("How many lines to give."),
    },
    read: async (file, { offsetLines, limitLines }, session) => {
      const text = await contents(session, file);
      if (offsetLines === undefined && limitLines === undefined) return text;
      const lines = text.split(/(?<=\n)/);
      const first = offsetLines ?? 0;
      return lines.slice(first, limitLines === undefined ? undefined : first + limitLines).join("");
    },
  }),
  reads("File", "Int!", "size", {
    doc: "The file's size in bytes.",
    read: async (file) => (await file.blob.get()).size,
  }),
  reads("File", "String!", "name", { doc: "The file's name.", read: (file) => file.name }),
  reads("File", "String!", "digest", {
    doc: "Equal for equal content and, unless metadata is excluded, equal name and permissions.",
    args: { excludeMetadata: flag("Count the content alone.") },
    read: async (file, { excludeMetadata }) => {
      const { sha256, mode } = await file.blob.get();
      return `sha256:${excludeMetadata ? sha256 : keyOf("file", { sha256, mode, name: file.name })}`;
    },
  }),
  makes("File", "File", "withName", {
    doc: "The file under another name.",
    args: { name: text("The new name.") },
    apply: (file, { name }) => ({ ...file, name }),
  }),
  makes("File", "File", "withTimestamps", {
    doc: "The same file: times are no part of a file here.",
    args: { timestamp: integer("Seconds since 1970.") },
    apply: (file) => file,
  }),
];
