import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { UsageError } from "../../base/usage-error.ts";
import { errorCode, isFull } from "../../store/files.ts";
import { makeFolder } from "../../store/folders.ts";

/** How long to wait for a reader that is not ready (milliseconds). */
const pause = 10;

/**
 * Writes an answer to standard output, all of it before this returns: a stream would report a full disk when the process
 * has ended well already.
 * | @throws UsageError when it cannot be written
 */
export function writeOut(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const code = errorCode(error);
      // A reader such as `head` that has seen enough is no failure.
      if (code === "EPIPE") return;
      if (code !== "EAGAIN")
        throw new UsageError(`the answer cannot be written to standard output: ${reasonFor(error)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

/**
 * Writes an answer to a file, whose folder is made. What the file said before is kept when that fails, as on a full disk.
 * | @throws UsageError when it cannot be written
 */
export function writeAnswer(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    const there = statSync(path, { throwIfNoEntry: false });
    if (there === undefined) replace(path, text);
    else if (there.isFile()) replace(realpathSync(path), text, there.mode);
    else writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`--output=${path}: the answer cannot be written there: ${reasonFor(error)}`);
  }
}

/** Writes a file beside the one that it replaces, or the file itself where there may be no other. */
function replace(path: string, text: string, mode?: number): void {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(draft, text, { flag: "wx" });
    if (mode !== undefined) chmodSync(draft, mode);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    const code = errorCode(error);
    if (code !== "EACCES" && code !== "EPERM" && code !== "EBUSY" && code !== "ENAMETOOLONG") throw error;
    writeFileSync(path, text);
  }
}

const reasonFor = (error: unknown): string =>
  isFull(error) ? "the disk that it is on is full. Free some of it, or write elsewhere" : messageOf(error);
