import { spawn } from "node:child_process";

export interface Execution {
  readonly cwd?: string;
  /** The program's standard input. */
  readonly input?: string;
}

export interface Executed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the host without the variables that could change its messages. */
export function tryExecute(command: string, args: readonly string[], options: Execution = {}): Promise<Executed> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { PATH: process.env.PATH, LC_ALL: "C", LIBMOUNT_FORCE_MOUNT2: "always" },
      ...(options.cwd && { cwd: options.cwd }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 255, stdout, stderr }));
    child.stdin?.end(options.input);
  });
}

/**
 * Runs a program as `tryExecute` does.
 * | @throws Error with the program's message when it fails
 */
export async function execute(command: string, args: readonly string[], options: Execution = {}): Promise<string> {
  const { code, stdout, stderr } = await tryExecute(command, args, options);
  if (code !== 0)
    throw new Error(`${command} failed (exit code ${code}): ${stderr.trim() || stdout.trim() || "no message"}`);
  return stdout;
}
