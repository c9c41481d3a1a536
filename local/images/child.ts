import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { notInstalled } from "./programs.ts";

export interface ChildResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Whether the signal ended it. */
  readonly aborted: boolean;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Its standard input. */
  readonly input?: Buffer;
  /** An open file that becomes descriptor 3 of the child. */
  readonly descriptor?: number;
  readonly signal?: AbortSignal;
}

/** No manifest and no list of a layer's files is as long. Longer output is a mistake. */
const outputLimit = 128 * 1024 * 1024;

/** Runs a program to its end. It throws only when the program is not installed. */
export async function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const child = startChild(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    stdio: ["pipe", "pipe", "pipe", ...(options.descriptor === undefined ? [] : [options.descriptor])],
  });
  const stdout: Buffer[] = [];
  let size = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= outputLimit) stdout.push(chunk);
  });
  const stderr = collectText(child);
  const abort = (): void => void child.kill("SIGKILL");
  options.signal?.addEventListener("abort", abort, { once: true });
  if (options.signal?.aborted) abort();
  // A child that ends without reading its input breaks the pipe. Its exit code tells what happened.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(options.input);
  try {
    const exitCode = await exitOf(program, child);
    if (size > outputLimit) throw new Error(`${program} ${args[0] ?? ""} printed more than ${outputLimit} bytes`);
    return { exitCode, stdout: Buffer.concat(stdout), stderr: stderr(), aborted: options.signal?.aborted ?? false };
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

/** Starts a program. The caller must await `exitOf`. */
export function startChild(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(program, [...args], options);
}

/** Gives the exit code, or 128 + N after signal N. Rejects when the program is not installed. */
export function exitOf(program: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? notInstalled(program) : error);
    });
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGKILL" ? 137 : 143)));
  });
}

/** Keeps the last 8 KiB of what a child writes to its standard error. */
export function collectText(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-8192);
  });
  return () => text.trim();
}
