import { closeSync, lstatSync, mkdirSync, openSync } from "node:fs";

/** A file or directory that was made so that something can be mounted on it. */
export interface MountPoint {
  readonly path: string;
  readonly type: "file" | "directory";
}

/**
 * Makes a directory or an empty file at `path`, which comes from `pathInRoot`, and the directories above it.
 * @returns what was not there before, the topmost directory first
 */
export function makeMountPoint(root: string, path: string, type: MountPoint["type"]): readonly MountPoint[] {
  const made: MountPoint[] = [];
  const missing: string[] = [];
  for (let at = path; at !== root && !lstatSync(at, { throwIfNoEntry: false }); at = at.slice(0, at.lastIndexOf("/")))
    missing.push(at);
  for (const at of missing.reverse()) {
    const isFile = at === path && type === "file";
    if (isFile) closeSync(openSync(at, "wx"));
    else mkdirSync(at);
    made.push({ path: at, type: isFile ? "file" : "directory" });
  }
  return made;
}
