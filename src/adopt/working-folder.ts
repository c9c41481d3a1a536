import { posix } from "node:path";
import type { Findings, Script } from "./findings.ts";

/**
 * The folder that a program has to be run in: its own, where the files that it reads by relative paths are there and not below the
 * project's root. Undefined for one that runs at the root, and for one that would write its model among its code.
 */
export function workingFolder(script: Script, { files, scripts }: Findings): string | undefined {
  const own = posix.dirname(script.path);
  if (own === ".") return undefined;
  const there = new Set(files);
  const parts = [script, ...scripts.filter(({ path }) => script.reaches.includes(path))];
  const isRelative = (path: string): boolean => path !== "" && !/^[/?]/.test(path) && !path.startsWith(`${own}/`);
  const saves = parts.flatMap((one) => one.saves.map(({ path }) => path)).filter(isRelative);
  if (saves.some((path) => posix.dirname(posix.normalize(path)) === ".")) return undefined;
  const reads = parts.flatMap((one) => [...one.reads, ...one.loads.map(({ path }) => path)]).filter(isRelative);
  const isAtRoot = reads.some((path) => there.has(posix.normalize(path)));
  return !isAtRoot && reads.some((path) => there.has(posix.join(own, path))) ? own : undefined;
}

/** A path of a program that runs in a folder, as it is called from the project's root. */
export const fromRoot = (path: string, folder: string | undefined): string =>
  folder === undefined || path === "" || /^[/?]/.test(path) || path.startsWith(`${folder}/`)
    ? path
    : posix.join(folder, path);
