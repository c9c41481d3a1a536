import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { engineProgram } from "../../api/command.ts";
import { messageOf, withEnginesPage } from "../../base/errors.ts";
import { type EngineEvent, isEngineEvent } from "../../base/events.ts";
import { readJson } from "../../base/guards.ts";
import { ownModule } from "../../base/repository.ts";
import { UsageError } from "../../base/usage-error.ts";
import { lostFirstProcess } from "../../sandbox/container.ts";
import { engineCommand } from "../../sandbox/enter.ts";
import { cacheRoot, makeCacheRoot } from "../../store/paths.ts";
import { makeRoom } from "../../store/room.ts";
import { engineFile } from "./program.ts";

/** A local engine that serves this process alone. */
export interface Engine {
  readonly port: number;
  readonly token: string;
  /** Rejects when the engine ends before `close`. */
  readonly died: Promise<never>;
  /** Ends the engine and all that it still runs. It gets time to tidy the cache, unless the caller is in a hurry. */
  close(hurry?: "hurry"): Promise<void>;
}

export interface EngineOptions {
  readonly cwd: string;
  /** Root of the module that is called. */
  readonly module: string;
  readonly onEvent: (event: EngineEvent) => void;
}

/**
 * How long an engine may take to clean up before it is killed (milliseconds). Killing leaves nothing half written, but
 * a cache that is never pruned in time grows beyond its limit.
 */
const patience = { tidy: 120_000, hurry: 3000 };

/** Starts the engine in namespaces of its own and waits until it answers. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const child = spawnEngine([], options);
  const said = lastOutput(child);
  let closing = false;
  let end: (error: Error) => void = () => {};
  const died = new Promise<never>((_, reject) => {
    end = reject;
  });
  died.catch(() => {});
  const exited = new Promise<void>((resolve) => {
    child.once("error", (error) => end(new Error(`the local engine cannot be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (!closing) end(new Error(`the local engine ended: ${howItEnded(code, signal, said())}`));
      resolve();
    });
  });
  const ready = new Promise<Extract<EngineEvent, { type: "ready" }>>((resolve) => {
    onLines(child.stdio[3] as Readable, (line) => {
      const event = readJson(isEngineEvent, line);
      if (event === undefined) end(new Error(`the local engine said what cannot be read: ${line.slice(0, 200)}`));
      else if (event.type === "ready") resolve(event);
      else options.onEvent(event);
    });
  });
  const { port, token } = await Promise.race([ready, died]);
  const close: Engine["close"] = async (hurry) => {
    closing = true;
    child.stdin?.end(hurry === undefined ? undefined : "stop\n");
    const time = patience[hurry ?? "tidy"];
    await Promise.race([exited, sleep(time, undefined, { ref: false }).then(() => child.kill("SIGKILL"))]);
  };
  try {
    await requireLoopback(port);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, token, died, close };
}

/** The client of the engine would try for minutes, and then not say what is missing. */
async function requireLoopback(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } catch (cause) {
    throw new UsageError(
      withEnginesPage(
        `this machine's loopback does not work: 127.0.0.1 cannot be reached (${messageOf(cause)}), and the local engine is ` +
          "spoken to there. In a network namespace of its own it has to be switched on: ip link set lo up",
      ),
    );
  } finally {
    socket.destroy();
  }
}

/** Runs the engine for one task (`--do=…`) and gives its output. */
export async function engineTask(args: readonly string[]): Promise<string> {
  makeCacheRoot(cacheRoot());
  makeRoom(cacheRoot());
  const child = spawnEngine(args, { cwd: process.cwd(), module: ownModule });
  const said = lastOutput(child);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) throw new Error(`the local engine failed: ${howItEnded(code, null, said())}`);
  return output;
}

function spawnEngine(args: readonly string[], options: { cwd: string; module: string }): ChildProcess {
  const [program = "", ...rest] = engineCommand(engineProgram(process.execPath, args, engineFile())).command;
  makeCacheRoot(cacheRoot());
  return spawn(program, rest, {
    // In a process group of its own the engine does not get Ctrl-C: the command line gets it and ends the engine in
    // order.
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(cacheRoot(), "compiled"),
      ML_PIPELINE_WORKDIR: options.cwd,
      ML_PIPELINE_MODULE: options.module,
      ...terminalOfCaller(),
    },
  });
}

/** The device of the terminal that a person types on, where both ends of this process are there. */
function terminalOfCaller(): { ML_PIPELINE_TERMINAL?: string } {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return {};
  try {
    return { ML_PIPELINE_TERMINAL: readlinkSync("/proc/self/fd/0") };
  } catch {
    return {};
  }
}

/** The kernel does not say who killed a process; on a machine that is out of memory it was the kernel itself. */
function howItEnded(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  if (signal !== "SIGKILL" && code !== 137 && !lostFirstProcess(said)) return `${signal ?? `exit code ${code}`}${said}`;
  return "it was killed, most likely because the machine is out of memory. Nothing is lost: call again";
}

/** Keeps the end of the engine's own output. It prints nothing unless it breaks. */
function lastOutput(child: ChildProcess): () => string {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-2000);
  });
  return () => (tail.trim() === "" ? "" : `:\n${tail.trim()}`);
}

function onLines(stream: Readable, line: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const each of lines) line(each);
  });
}
