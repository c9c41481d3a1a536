import { posix } from "node:path";
import { APP } from "../../containers/paths.ts";

/** The longest path that is believed to be one. */
const MOST_LETTERS = 1000;

/**
 * The path in the project of a file that a program named, which runs in the project's folder or names it in full. Undefined for what lies
 * elsewhere, or is no path.
 */
export function pathInProject(named: string): string | undefined {
  const inside = named.startsWith(`${APP}/`) ? named.slice(APP.length + 1) : named;
  const path = posix.normalize(inside);
  // What lies below a drive or a share of Windows lies elsewhere as well.
  const isOutside = path === "." || /^(?:[a-z]:)?[/\\]/i.test(path) || path.split(/[/\\]/).includes("..");
  const isNone = path.endsWith("/") || path.length > MOST_LETTERS || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(path);
  return isOutside || isNone ? undefined : path;
}
