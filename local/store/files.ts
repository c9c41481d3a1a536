import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Says whether an error means that there is no such file. */
export const isMissing = (error: unknown): boolean => errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";

/** Says whether an error means that a disk, or the user's share of it, is full. */
export const isFull = (error: unknown): boolean => errorCode(error) === "ENOSPC" || errorCode(error) === "EDQUOT";

/** Says whether a rename failed because the target is there already. */
const isTaken = (error: unknown): boolean => {
  const code = errorCode(error);
  return code === "EEXIST" || code === "ENOTEMPTY";
};

/**
 * Renames the folder `from` to `to`. If `to` is there already, another process has put the same content there, and
 * `from` is removed.
 */
export async function publishFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isTaken(error)) throw error;
    await rm(from, { recursive: true, force: true });
  }
}

let serial = 0;

/** Engines have the same process number, each in a namespace of its own, and may start at the same time. */
const own = randomBytes(4).toString("hex");

/** Gives a name that nobody else uses. */
export const uniqueName = (): string => `${own}-${Date.now().toString(36)}-${(serial++).toString(36)}`;

/**
 * Writes a file by one rename, so that others see all of it or nothing. `temporary` is a folder on the same file
 * system.
 */
export function writeWhole(file: string, content: string | Uint8Array, temporary: string): void {
  const draft = join(temporary, uniqueName());
  writeFileSync(draft, content);
  renameInto(draft, file);
}

/** Renames into a folder, which is made if it does not exist. */
export function renameInto(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
}

/** Marks a file as used now. Says whether it exists. */
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

/** Removes a folder with its content. */
export const removeAll = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

/** The names in a folder; none of one that is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
