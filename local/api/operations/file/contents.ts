import { readFile } from "node:fs/promises";
import type { Session } from "../../../engine/session.ts";
import type { File } from "../../../engine/values/directory.ts";
import { optionalInteger } from "../arguments.ts";
import { reads } from "../define.ts";

async function contents(session: Session, file: File): Promise<string> {
  const { sha256, mode } = await file.blob.get();
  return readFile(session.store.blobPath(sha256, mode), "utf8");
}

export const fileContents = reads("File", "String!", "contents", {
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
});
