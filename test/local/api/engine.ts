import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { engineProgram } from "../../../local/api/command.ts";
import type { EngineEvent } from "../../../local/base/events.ts";
import { engineFile } from "../../../local/runner/engine/program.ts";
import { engineCommand } from "../../../local/sandbox/enter.ts";

/** An engine process, started as the command line starts it. */
export interface Engine {
  readonly port: number;
  readonly token: string;
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown>;
  /** All events that it has sent so far. */
  readonly events: readonly EngineEvent[];
  /** Ends it as the end of its parent would. */
  stop(): Promise<void>;
}

/** The Node that the engine needs, whatever runs the tests. */
export const nodeProgram = new URL("../../../node_modules/.bin/node", import.meta.url).pathname;

/** Starts an engine; `env` is added to this process's environment. */
export async function startEngine(env: Readonly<Record<string, string>> = {}): Promise<Engine> {
  const [program = "", ...args] = engineCommand(engineProgram(nodeProgram, [], engineFile())).command;
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
  return { port, token, process: child, exited, events, stop };
}

/** Finds the process of the engine itself below the helpers that start it. */
export function enginePid(of: Engine): number {
  for (let pid = of.process.pid ?? 0; ; ) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    const child = Number(children[0]);
    if (!child) return pid;
    pid = child;
    // The name of the process is that of Node's main thread.
    if (readlinkSync(`/proc/${pid}/exe`).endsWith("/node")) return pid;
  }
}

/** Sends a query as a client would. Gives the data of the answer, or throws the message of its first error. */
export async function ask(
  engine: Engine,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${engine.token}:`).toString("base64")}`;
  const response = await fetch(`http://127.0.0.1:${engine.port}/query`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: { message: string }[] };
  if (errors?.[0] !== undefined) throw new Error(errors[0].message);
  return data;
}

/** Writes the query for a command in the base image, with the leaf at its end: `exec(["true"], "exitCode")`. */
export function exec(args: readonly string[], leaf: string, before = ""): string {
  const image = JSON.stringify(process.env.CONFORMANCE_IMAGE ?? "python:3.11-slim");
  const inner = `withExec(args: ${JSON.stringify(args)}) { ${leaf} }`;
  return `{ container { from(address: ${image}) { ${before === "" ? inner : `${before} { ${inner} }`} } } }`;
}
