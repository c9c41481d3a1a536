import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The `code` of a file system error, or undefined. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean => errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";

/** Whether a rename failed because somebody else put the same thing there first. */
const isTaken = (error: unknown): boolean => {
  const code = errorCode(error);
  return code === "EEXIST" || code === "ENOTEMPTY";
};

/** Makes `from` visible as `to`. Whoever comes second keeps what is there and drops his own. */
export async function publishFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isTaken(error)) throw error;
    await rm(from, { recursive: true, force: true });
  }
}

let serial = 0;

/** A name that nobody else uses in this folder. */
export const uniqueName = (): string =>
  `${process.pid.toString(36)}-${Date.now().toString(36)}-${(serial++).toString(36)}`;

/** Writes a whole file so that others see all of it or nothing. `temporary` is a folder on the same file system. */
export function writeWhole(file: string, content: string | Uint8Array, temporary: string): void {
  const draft = join(temporary, uniqueName());
  writeFileSync(draft, content);
  renameInto(draft, file);
}

/** Renames into a folder that may not exist yet. */
export function renameInto(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
}

/** Marks a file as used now. Says whether it is there. */
export function touch(file: string): boolean {
  const now = new Date();
  try {
    utimesSync(file, now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Removes a folder and all that is in it; folders that their owner may not enter are opened first. */
export const removeAll = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
