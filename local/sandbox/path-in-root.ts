import { lstatSync, readlinkSync } from "node:fs";
import { EngineError } from "../base/errors.ts";

/** The kernel gives up after as many links on one path. */
const maximumLinks = 40;

/**
 * Gives the path on the host of `path` in the container whose root is at `root`. Links are followed as a process of the
 * container would follow them: an absolute link starts at `root`, and no link leads out of it. Components that do not exist
 * are kept as they are written. With `followLast: false`, a link at the end of the path is not followed.
 *
 * @throws EngineError when the links form a circle
 */
export function pathInRoot(root: string, path: string, { followLast = true } = {}): string {
  const pending = path.split("/").filter(isComponent).reverse();
  const done: string[] = [];
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "..") {
      done.pop();
      continue;
    }
    const here = [root, ...done, part].join("/");
    if ((pending.length === 0 && !followLast) || !isLink(here)) {
      done.push(part);
      continue;
    }
    if (++links > maximumLinks) throw new EngineError(`${path}: too many symbolic links`);
    const target = readlinkSync(here);
    if (target.startsWith("/")) done.length = 0;
    pending.push(...target.split("/").filter(isComponent).reverse());
  }
  return [root, ...done].join("/");
}

const isComponent = (part: string): boolean => part !== "" && part !== ".";

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    // Nothing is there, or a file stands where the path needs a directory.
    return false;
  }
}
