import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Finished {
  /** The time from start to end. */
  readonly seconds: number;
  /**
   * The processor time of the program and of what it waited for. It includes everything else that this process waits
   * for meanwhile.
   */
  readonly cpuSeconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Variables to add to the environment. Undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** After this time the program is ended. Default: never. */
  readonly timeoutSeconds?: number;
  /** Called when the process runs. */
  readonly started?: (child: ChildProcess) => void;
}

/**
 * Runs a program to its end.
 * | @throws when it cannot be started or its exit code is not 0, with the end of its output
 */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [program = "", ...args] = command;
  const startedAt = performance.now();
  const cpuBefore = childrenCpu();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: (options.timeoutSeconds ?? 0) * 1000,
  });
  options.started?.(child);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  }
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) {
    const tail = `${output.stdout}\n${output.stderr}`.trim().split("\n").slice(-15).join("\n");
    throw new Error(`${command.join(" ").slice(0, 200)} ended with ${code}:\n${tail}`);
  }
  return { seconds, cpuSeconds: childrenCpu() - cpuBefore, ...output };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Gives the processor time of all children that this process has waited for, and of theirs. The kernel counts in 1/100
 * s.
 */
function childrenCpu(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // The program's name, in parentheses, may contain blanks, so fields are counted after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
