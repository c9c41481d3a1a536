import { accessSync, constants, mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode, isMissing } from "./files.ts";

/** The kernel's own file systems by the magic number of statfs(2). Nothing can be kept there. */
const kernelFileSystems: Readonly<Record<number, string>> = {
  40864: "proc",
  1650812274: "sysfs",
  1667723888: "cgroup2",
  2613483: "cgroup",
};

/**
 * Makes a folder and those above it.
 * | @throws Error naming what is in the way: a file on the path, or a file system of the kernel, where making folders one
 * after the other would never end
 */
export function makeFolder(path: string): void {
  requirePlace(path);
  mkdirSync(path, { recursive: true });
}

/**
 * Says whether a folder can be made and written to, before the work for it is done.
 * | @throws Error naming what is in the way, or what may not be written
 */
export function requireWritable(path: string): void {
  const there = requirePlace(path);
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = errorCode(cause) === "EROFS" ? "is on a read-only file system" : "may not be written by this user";
    throw new Error(`${there} ${reason}: name another path.`, { cause });
  }
}

/**
 * Gives the folder in which a folder would be made: itself, or the nearest above it.
 * | @throws Error naming what is in the way
 */
export function requirePlace(path: string): string {
  const there = nearestThatExists(path);
  if (!statSync(there).isDirectory())
    throw new Error(
      `${there} is a file${there === path ? ", not a folder" : `, so there can be no folder ${path}`}. Name another path.`,
    );
  const kind = kernelFileSystem(there);
  if (kind !== undefined)
    throw new Error(`${there} is a part of the kernel's ${kind}, where nothing can be written: name another path.`);
  return there;
}

/** The name of the kernel's file system that a path is in. Undefined for one that keeps files. */
export const kernelFileSystem = (path: string): string | undefined => kernelFileSystems[statfsSync(path).type];

function nearestThatExists(path: string): string {
  for (let at = path; at !== dirname(at); at = dirname(at)) if (exists(at)) return at;
  return "/";
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    // With a file on the way there is nothing either.
    if (isMissing(error)) return false;
    throw error;
  }
}
