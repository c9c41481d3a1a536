import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../store/folders.ts";

const hour = 60 * 60 * 1000;

/**
 * Makes a folder in a draft beside it that one rename makes visible. When two processes make it at once, the first
 * result stays.
 */
export function makeOnce(folder: string, make: (draft: string) => void): void {
  const parent = dirname(folder);
  makeFolder(parent);
  removeOld(parent);
  const draft = mkdtempSync(join(parent, ".draft-"));
  try {
    make(draft);
    if (!existsSync(folder)) renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes folders that were made long ago, and drafts of processes that were killed. To make one again takes only seconds. */
function removeOld(parent: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > (name.startsWith(".") ? hour : 14 * 24 * hour)) rmSync(path, { recursive: true, force: true });
  }
}
