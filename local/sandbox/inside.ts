import { closeSync, lstatSync, mkdirSync, openSync, readlinkSync } from "node:fs";

/** More links than this on one way are a circle, as for the kernel. */
const maximumLinks = 40;

/**
 * Where a path of a container is on the host: links are followed as the container would, never out of `root`. Components that
 * do not exist stay as they are.
 */
export function insidePath(root: string, path: string): string {
  const open = path.split("/").reverse();
  const done: string[] = [];
  let links = 0;
  while (open.length > 0) {
    const part = open.pop();
    if (part === undefined || part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const here = [root, ...done, part].join("/");
    if (lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink()) {
      if (++links > maximumLinks) throw new Error(`${path} goes round in circles: too many links.`);
      const target = readlinkSync(here);
      if (target.startsWith("/")) done.length = 0;
      open.push(...target.split("/").reverse());
    } else {
      done.push(part);
    }
  }
  return [root, ...done].join("/");
}

/** Something that was made so that a mount has a place, and what tells whether it was touched since. */
export interface Made {
  readonly path: string;
  readonly type: "file" | "directory";
}

/** Makes `path` (as from `insidePath`) a directory or an empty file when there is nothing. Gives what it made, top first. */
export function makePlace(root: string, path: string, type: Made["type"]): readonly Made[] {
  const made: Made[] = [];
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
