import { totalmem } from "node:os";
import type { Bounds, ControlGroup } from "./control-groups.ts";
import type { Mount, RunResult, RunSpec } from "./types.ts";

/** With more than this share of the machine's memory the kernel would soon end something, and not always the culprit. */
const machineShare = 0.95;

/** What a container may hold when nothing else is said: enough for any work, and too little to stop the machine. */
export const defaultBounds = (): Bounds => ({ memoryBytes: totalmem() * machineShare, tasks: 10_000 });

/** Where a container finds what the kernel has refused to it. */
const counts = "/run/ml-pipeline-limits";

export const countMounts = (group: ControlGroup): readonly Mount[] =>
  (["memory", "tasks"] as const).map((name) => ({
    kind: "bind",
    target: `${counts}/${name}`,
    path: group.counts[name],
    readOnly: true,
  }));

/** Adds to the errors of a container that the kernel has ended a process of it for its memory, which nothing else says. */
export async function explainKilled(
  exited: Promise<RunResult>,
  group: ControlGroup,
  { bounds, onOutput }: Pick<RunSpec, "bounds" | "onOutput">,
): Promise<RunResult> {
  const result = await exited;
  const killed = group.killed();
  if (killed === 0) return result;
  const what = killed === 1 ? "a process" : `${killed} processes`;
  const limit =
    bounds?.memoryBytes === undefined
      ? "they held nearly all memory of the machine; limits.memory-gigabytes sets another limit"
      : "limits.memory-gigabytes allows no more";
  const note = `The kernel ended ${what} of this container for the memory: ${limit}.\n`;
  onOutput?.("stderr", Buffer.from(note));
  return { ...result, stderr: result.stderr + note };
}
