import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const PROGRAM = fileURLToPath(new URL("../../bin/ml-pipeline", import.meta.url));

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command line on the engine that the tests are about: the local one, or Dagger's under `npm run test:dagger`, which ends an
 * error in another colour.
 */
export function mlPipeline(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const engine = process.env.ML_PIPELINE_TEST_ENGINE ?? "local";
  const child = spawn(PROGRAM, [`--engine=${engine}`, ...args], {
    env: { ...process.env, CI: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        exitCode: code ?? -1,
        stdout: stripVTControlCharacters(Buffer.concat(stdout).toString()),
        stderr: stripVTControlCharacters(Buffer.concat(stderr).toString()),
      }),
    );
  });
}

/** A call that was begun, to be killed in its middle. */
export interface Begun {
  /** Whether it has ended by itself. */
  readonly hasEnded: boolean;
  /** Ends it with all that it has started, none of which can do anything about it. */
  kill(): Promise<void>;
  /** Asks it to end, as Ctrl-C of a person does, and waits until it has. */
  interrupt(): Promise<void>;
}

/** Begins a call on the local engine. */
export function beginMlPipeline(args: readonly string[], env: Readonly<Record<string, string>>): Begun {
  const child = spawn(PROGRAM, ["--engine=local", ...args], {
    ...{ env: { ...process.env, CI: "true", ...env }, detached: true, stdio: "ignore" },
  });
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      hasEnded = true;
      resolve();
    });
  });
  return {
    get hasEnded(): boolean {
      return hasEnded;
    },
    async kill(): Promise<void> {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await ended;
    },
    async interrupt(): Promise<void> {
      child.kill("SIGINT");
      await ended;
    },
  };
}
