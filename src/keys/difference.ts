import { lookup } from "../lookup.ts";
import type { FileHashes, InputFiles, KeyParts } from "./parts.ts";

/** A part in which two keys differ. */
export interface PartDifference {
  readonly part: string;
  /** Undefined for a part that the earlier key does not have. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The files that made the difference; undefined for a part that is not of files, and where a side does not list them. */
  readonly files?: FileDifference | undefined;
}

/** Paths, in order. */
export interface FileDifference {
  readonly changed: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What a run has of a key. */
export interface KeyRecord {
  readonly parts: KeyParts;
  readonly files: InputFiles;
}

/** In which parts a key differs from an earlier one, in the order of the later one. */
export function differencesOf(before: KeyRecord, after: KeyRecord): PartDifference[] {
  const names = new Set([...Object.keys(after.parts), ...Object.keys(before.parts)]);
  return [...names]
    .map((part) => ({ part, before: lookup(before.parts, part), after: lookup(after.parts, part) }))
    .filter((one) => one.before !== one.after)
    .map((one) => ({ ...one, files: filesOf(one.part, before.files, after.files) }));
}

/** The names of the parts that two keys have in common. */
export const commonParts = (before: KeyParts, after: KeyParts): string[] =>
  Object.keys(after).filter((part) => lookup(before, part) === after[part]);

function filesOf(part: string, before: InputFiles, after: InputFiles): FileDifference | undefined {
  if (part !== "source" && part !== "data" && part !== "dependencies") return undefined;
  const [earlier, later] = [before[part], after[part]];
  return earlier === undefined || later === undefined ? undefined : fileDifference(earlier, later);
}

/** Which files differ. */
export function fileDifference(before: FileHashes, after: FileHashes): FileDifference {
  const [earlier, later] = [Object.keys(before).sort(), Object.keys(after).sort()];
  return {
    changed: later.filter((path) => Object.hasOwn(before, path) && before[path] !== after[path]),
    added: later.filter((path) => !Object.hasOwn(before, path)),
    removed: earlier.filter((path) => !Object.hasOwn(after, path)),
  };
}
