import { writeSync } from "node:fs";
import { messageOf } from "../../base/errors.ts";
import { UsageError } from "../../base/usage-error.ts";
import { errorCode } from "../../store/files.ts";

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
        throw new UsageError(`the answer cannot be written to standard output: ${messageOf(error)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}
