import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Guard, isAnything, isObjectOf, isText, readJson } from "../base/guards.ts";
import { isMissing } from "./files.ts";

/** Gives the file of a record. Keys are hashed, so they may have any characters. */
export const recordFile = (root: string, kind: string, key: string): string =>
  join(root, "records", kind, `${hash("sha256", key)}.json`);

interface Stored {
  readonly key: string;
  readonly value: unknown;
}

const isStored = isObjectOf<Stored>({ key: isText, value: isAnything });

export const recordText = (key: string, value: unknown): string => JSON.stringify({ key, value });

/**
 * Reads a record of the cache below `root` without opening the store. Undefined when it is not there, damaged or not
 * what `isRight` accepts. Whether its layers and trees still exist is for the store to say.
 */
export function readRecord<T>(root: string, kind: string, key: string, isRight: Guard<T>): T | undefined {
  try {
    const stored = readJson(isStored, readFileSync(recordFile(root, kind, key), "utf8"));
    return stored?.key === key && isRight(stored.value) ? stored.value : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Finds the layers that a record names: every `layers: [...]` at any depth, as in a `Snapshot`. */
export function layersIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(layersIn);
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "layers" && Array.isArray(inner) ? inner.filter((id) => typeof id === "string") : layersIn(inner),
  );
}
