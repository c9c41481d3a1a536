import { keyOf } from "../../../base/hash.ts";
import { describedBlob } from "../../../engine/values/directory.ts";
import { flag } from "../arguments.ts";
import { reads } from "../define.ts";

/** Facts about a file. Asking for one makes the file. */
export const fileFacts = [
  reads("File", "ID!", "sync", {
    doc: "Makes the file, and gives its ID.",
    read: async (file, _args, _session, self) => {
      await file.blob.get();
      return self.id;
    },
  }),
  reads("File", "Int!", "size", {
    doc: "The file's size in bytes.",
    read: async (file) => (await describedBlob(file)).size,
  }),
  reads("File", "String!", "digest", {
    doc: "Equal for equal content and, unless metadata is excluded, equal name and permissions.",
    args: { excludeMetadata: flag("Count the content alone.") },
    read: async (file, { excludeMetadata }) => {
      const { sha256, mode } = await describedBlob(file);
      return `sha256:${excludeMetadata ? sha256 : keyOf("file", { sha256, mode, name: file.name })}`;
    },
  }),
];
