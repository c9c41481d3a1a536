import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { hostAddress } from "./dvc.ts";
import { freePorts } from "./free-ports.ts";
import { pythonEnvironment } from "./python-environment.ts";

const run = promisify(execFile);

/** The packages of a server, which has the official client as well. */
const PINS = {
  3: ["mlflow==3.17.2"],
  // Later versions of these lack what it imports.
  2: ["mlflow==2.22.5", "sqlalchemy<2.1", "setuptools<81"],
} as const;

export type MlflowVersion = keyof typeof PINS;

/** A server of MLflow itself, with a database and artifacts in a folder of its own. */
export interface MlflowServer {
  /** As containers reach it. */
  readonly url: string;
  /** What the official client finds: a program that prints JSON, to which `client` is an MlflowClient. */
  client(program: string): Promise<unknown>;
  /** Ends the server without a word, and starts it again. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface MlflowOptions {
  /** The names that it answers to; all that tests use when absent. */
  readonly allowedHosts?: string;
}

export async function startMlflow(version: MlflowVersion, { allowedHosts }: MlflowOptions = {}): Promise<MlflowServer> {
  const bin = await pythonEnvironment(`mlflow-${version}`, PINS[version]);
  const folder = await mkdtemp(join(tmpdir(), "mlflow-"));
  const [port = 0] = await freePorts(1);
  const address = hostAddress();
  const url = `http://${address}:${port}`;
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: "",
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
    MLFLOW_DISABLE_TELEMETRY: "true",
    MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`,
  };
  const args = [
    ...["server", "--workers", "1", "--host", "0.0.0.0", "--port", String(port)],
    ...["--backend-store-uri", `sqlite:///${folder}/db`, "--artifacts-destination", join(folder, "artifacts")],
    // Version 2 has no such list.
    ...(version === 2 ? [] : ["--allowed-hosts", allowedHosts ?? `${address}:*,127.0.0.1:*`]),
  ];
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child?.pid === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once("close", resolve));
    // Its workers with it: they are in a group of their own.
    process.kill(-child.pid, "SIGKILL");
    await ended;
  };
  const start = async (): Promise<void> => {
    child = spawn(join(bin, "mlflow"), args, { stdio: "ignore", cwd: folder, env, detached: true });
    await untilReady(child, `http://127.0.0.1:${port}`);
  };
  const close = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  const client = async (program: string): Promise<unknown> => {
    const script = `import json\nfrom mlflow import MlflowClient\nclient = MlflowClient()\n${program}`;
    const { stdout } = await run(join(bin, "python"), ["-c", script], { env, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  };
  return { url, client, kill, start, close };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + 240_000;
  for (;;) {
    try {
      // The first request of all takes as long as the start.
      const { ok } = await fetch(`${url}/api/2.0/mlflow/experiments/get?experiment_id=0`);
      if (ok) return;
      throw new Error("it is not ready");
    } catch (error) {
      if (Date.now() > until || child.exitCode !== null) throw error;
      await sleep(300);
    }
  }
}
