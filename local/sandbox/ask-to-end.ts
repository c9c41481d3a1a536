import { readFileSync } from "node:fs";

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);

/**
 * Sends SIGTERM to the command itself, which is the child of the container's first process, which is a child of our
 * helper. Says whether it was found.
 */
export function askToEnd(helper: number): boolean {
  try {
    const first = childrenOf(helper).at(0);
    const command = first === undefined ? undefined : childrenOf(first).at(0);
    return command !== undefined && process.kill(command, "SIGTERM");
  } catch {
    // The process is gone, or its children cannot be seen here. The caller kills the container.
    return false;
  }
}
