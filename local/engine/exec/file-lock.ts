import { spawn } from "node:child_process";
import { once } from "node:events";

/** An exclusive lock on a file between processes. It ends with the process that holds it. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * Locks `path`, and waits until it is free when `wait` is set. Otherwise it gives undefined when another process has
 * it.
 */
export async function lockFile(path: string, wait: true): Promise<FileLock>;
export async function lockFile(path: string, wait: boolean): Promise<FileLock | undefined>;
export async function lockFile(path: string, wait: boolean): Promise<FileLock | undefined> {
  // Node has no flock(2), so `cat` holds the lock for as long as its standard input is open. It closes when this
  // process ends.
  const holder = spawn("flock", ["--exclusive", ...(wait ? [] : ["--nonblock"]), path, "cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exited = once(holder, "exit");
  holder.stdin.on("error", () => undefined);
  holder.stdin.write("\n");
  const locked = once(holder.stdout, "data").then(() => true);
  if (!(await Promise.race([locked, exited.then(() => false)]))) return undefined;
  return {
    release: async () => {
      holder.stdin.end();
      await exited;
    },
  };
}
