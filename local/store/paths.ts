import { chmodSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeFolder } from "./folders.ts";

/** Gives the cache folder: `$XDG_CACHE_HOME/ml-pipeline`, or `~/.cache/ml-pipeline`. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "ml-pipeline");
}

/**
 * Makes a cache folder that only its user can enter. Its layers have files as containers made them, set-user-ID
 * programs of root among them, which another user of this machine must not run.
 */
export function makeCacheRoot(path: string): void {
  makeFolder(path);
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(path, 0o700);
}

/**
 * Gives the size limit of the cache in bytes, by `ML_PIPELINE_CACHE_GB` (10⁹ bytes, default 20).
 * | @throws Error when that is no number
 */
export function cacheLimit(env: NodeJS.ProcessEnv = process.env): number {
  const text = env.ML_PIPELINE_CACHE_GB || "20";
  const gigabytes = Number(text);
  if (!(gigabytes >= 0))
    throw new Error(`ML_PIPELINE_CACHE_GB is ${JSON.stringify(text)}: it must be a number of gigabytes.`);
  return gigabytes * 1e9;
}
