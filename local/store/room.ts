import { statfsSync } from "node:fs";
import { join } from "node:path";
import { removeAll } from "./files.ts";

/** What only saves time, and is made again. */
const savings = ["compiled", "memo"];

/** With less than this, an engine can hardly begin (bytes). */
const little = 16e6;

/**
 * Makes room for an engine when the disk of the cache folder is all but full, by removing what only saves time: without
 * it, a cache that has filled its disk could not even be pruned.
 */
export function makeRoom(root: string): void {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize >= little) return;
  for (const name of savings) removeAll(join(root, name));
}

/** Says which disk is full and what to do. The errors of programs and of the system say neither. */
export const fullCache = (root: string): string =>
  `the disk of the cache (${root}) is full: free some of it, or type: ml-pipeline cache prune`;
