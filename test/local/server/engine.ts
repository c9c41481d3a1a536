import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { EngineEvent } from "../../../local/events.ts";
import { engineCommand } from "../../../local/sandbox/enter.ts";

/** An engine process, started as the command line starts it. */
export interface Engine {
  readonly port: number;
  readonly token: string;
  readonly process: ChildProcess;
  /** Everything that it has told so far. */
  readonly events: readonly EngineEvent[];
  /** Ends it as its parent's end would. */
  stop(): Promise<void>;
}

const node = new URL("../../../node_modules/.bin/node", import.meta.url).pathname;
const main = new URL("../../../local/server/main.ts", import.meta.url).pathname;

/** Starts an engine; `env` is added to this process's environment. */
export async function startEngine(env: Readonly<Record<string, string>> = {}): Promise<Engine> {
  const [program = "", ...args] = engineCommand([node, main]).command;
  const child = spawn(program, args, {
    stdio: ["pipe", "inherit", "inherit", "pipe"],
    env: { ...process.env, ...env },
  });
  const exited = once(child, "exit");
  const events: EngineEvent[] = [];
  const ready = new Promise<Extract<EngineEvent, { type: "ready" }>>((resolve, reject) => {
    createInterface(child.stdio[3] as Readable).on("line", (line) => {
      const event = JSON.parse(line) as EngineEvent;
      events.push(event);
      if (event.type === "ready") resolve(event);
    });
    void exited.then(() => reject(new Error("the engine ended before it was ready")));
  });
  const { port, token } = await ready;
  const stop = async () => {
    child.stdin?.end();
    await exited;
  };
  return { port, token, process: child, events, stop };
}
