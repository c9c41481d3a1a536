import { existsSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { UsageError } from "../base/usage-error.ts";
import { makeFolder, requirePlace } from "../store/folders.ts";

/**
 * What says that a folder is a cache and nothing else, as https://bford.info/cachedir/ has it for programs that make copies:
 * all in it may be removed, and it is no part of a project that it lies in.
 */
const marker = "CACHEDIR.TAG";
const markerText = "Signature: 8a477f597d28d172789f06886806bc55\n# The shared cache of ml-pipeline.\n";

/** Whether there is a cache in a folder. */
export const isCacheFolder = (path: string): boolean =>
  existsSync(join(path, marker)) && readFileSync(join(path, marker), "utf8") === markerText;

/**
 * Says whether a folder can be a cache.
 * | @throws UsageError for a folder in which something else is, or that nothing can be kept in
 */
export function requireOwn(name: string, path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    try {
      requirePlace(path);
    } catch (error) {
      throw new UsageError(`--cache=${name}: ${messageOf(error)}`);
    }
    return;
  }
  if (!existsSync(path)) throw new UsageError(`--cache=${name}: it is a link that leads nowhere`);
  if (!statSync(path).isDirectory()) throw new UsageError(`--cache=${name}: it is a file, not a folder`);
  if (isCacheFolder(path) || readdirSync(path).length === 0) return;
  throw new UsageError(`--cache=${name}: other files are in there. Name a folder of its own, which need not exist`);
}

/** Makes a folder a cache, where it is none yet. */
export function markAsCache(path: string): void {
  if (isCacheFolder(path)) return;
  makeFolder(path);
  writeFileSync(join(path, marker), markerText);
}
