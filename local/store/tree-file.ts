import { readFileSync } from "node:fs";
import { isEither, isListOf, isNumber, isObjectOf, isOneOf, isText, readJson } from "../base/guards.ts";
import { isMissing } from "./files.ts";
import type { TreeEntry } from "./types.ts";

type EntryOf<Type extends TreeEntry["type"]> = Extract<TreeEntry, { type: Type }>;

const isFile = isObjectOf<EntryOf<"file">>({
  path: isText,
  type: isOneOf("file"),
  sha256: isText,
  size: isNumber,
  mode: isNumber,
});
const isDirectory = isObjectOf<EntryOf<"directory">>({ path: isText, type: isOneOf("directory"), mode: isNumber });
const isLink = isObjectOf<EntryOf<"symlink">>({ path: isText, type: isOneOf("symlink"), target: isText });

export const areEntries = isListOf(
  isEither<[EntryOf<"file">, EntryOf<"directory">, EntryOf<"symlink">]>(isFile, isDirectory, isLink),
);

/** Reads the entries of a tree from the cache. Undefined when the file is not there or damaged. */
export function readEntries(file: string): readonly TreeEntry[] | undefined {
  try {
    return readJson(areEntries, readFileSync(file, "utf8"));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
