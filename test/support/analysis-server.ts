import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { AnalysisPlan } from "../../src/delivery/analysis/plan.ts";
import { CONVENTIONAL_PROTOCOL } from "../../src/project/serving/protocol.ts";

/* The server of an analysis as a process of the host, and models on the host's loopback that it asks. */

const PROGRAM = fileURLToPath(new URL("../../src/python/analysis_server.py", import.meta.url));

export interface Behaviour {
  /** In milliseconds. */
  readonly delay?: number;
  /** The share of the answers that are otherwise. */
  readonly otherwise?: number;
  readonly status?: number;
  /** Where it sends who asks. */
  readonly redirect?: string;
}

/** A model that answers, and may be made to answer in another way. */
export class Model {
  asked = 0;
  /** HOST:PORT. */
  address = "";
  #behaviour: Behaviour;
  readonly #server: Server;

  private constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#server = createServer((request, response) => {
      request.resume();
      request.on("end", () => void this.#answer(response));
    });
  }

  static async start(behaviour: Behaviour = {}): Promise<Model> {
    const model = new Model(behaviour);
    model.#server.listen(0, "127.0.0.1");
    await once(model.#server, "listening");
    model.address = `127.0.0.1:${(model.#server.address() as AddressInfo).port}`;
    return model;
  }

  become(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(response: ServerResponse): Promise<void> {
    this.asked++;
    const { delay = 0, otherwise = 0, status = 200, redirect } = this.#behaviour;
    if (delay > 0) await sleep(delay);
    if (redirect !== undefined) response.setHeader("Location", redirect);
    // Evenly, so that no test depends on chance.
    const isOther = Math.floor(this.asked * otherwise) > Math.floor((this.asked - 1) * otherwise);
    response.writeHead(redirect === undefined ? status : 302, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ predictions: [isOther ? "no" : "yes"] }));
  }
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** What the server answers about a candidate. */
export interface Judged {
  readonly verdict: string;
  readonly check: string;
  readonly value: number | null;
  readonly limit: number | null;
  readonly setting: string;
  readonly requests: number;
  readonly text: string;
}

export class AnalysisServer {
  /** What it has printed. */
  log = "";
  url = "";
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #folder: string;

  private constructor(child: ChildProcessWithoutNullStreams, folder: string) {
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (this.log += text));
  }

  /** @param pairs the services that it may ask, CANDIDATE/STABLE */
  static async start(plan: AnalysisPlan, pairs: readonly string[]): Promise<AnalysisServer> {
    const folder = await mkdtemp(join(tmpdir(), "analysis-"));
    const path = join(folder, "analysis.json");
    const rows = Array.from({ length: 20 }, (_, x) => ({ x }));
    await writeFile(path, JSON.stringify({ ...plan, protocol: CONVENTIONAL_PROTOCOL, rows, seconds: 2, bytes: 1e6 }));
    const env = { ...process.env, PORT: "0", ANALYSIS_SERVICES: pairs.join(","), PYTHONDONTWRITEBYTECODE: "1" };
    const server = new AnalysisServer(spawn("python3", [PROGRAM, path], { env }), folder);
    await server.#listens();
    return server;
  }

  async #listens(): Promise<void> {
    for (;;) {
      const [, port] = / on port (\d+)$/m.exec(this.log) ?? [];
      if (port !== undefined) {
        this.url = `http://127.0.0.1:${port}`;
        return;
      }
      if (this.#child.exitCode !== null) {
        await this.stop();
        throw new Error(`the server ended: ${this.log}`);
      }
      await sleep(20);
    }
  }

  /** The exit code. */
  async stop(): Promise<number | null> {
    const ended = this.#child.exitCode === null ? once(this.#child, "close") : undefined;
    this.#child.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
    return this.#child.exitCode;
  }

  async post(path: string, body: unknown): Promise<Answered> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}${path}`, { method: "POST", body: text });
    return { status: response.status, text: await response.text() };
  }

  async get(path: string): Promise<Answered> {
    const response = await fetch(`${this.url}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async judge(question: Readonly<Record<string, unknown>>): Promise<Judged> {
    const { status, text } = await this.post("/judgement", question);
    if (status !== 200) throw new Error(`${status}: ${text}`);
    return JSON.parse(text) as Judged;
  }

  /** Asks until there is a verdict of some kind, as a controller does. */
  async judged(
    question: Readonly<Record<string, unknown>>,
    isEnough = ({ verdict }: Judged) => verdict !== "inconclusive",
  ): Promise<Judged> {
    const ends = Date.now() + 60_000;
    for (;;) {
      const found = await this.judge(question);
      if (isEnough(found)) return found;
      if (Date.now() > ends) throw new Error(`no verdict: ${JSON.stringify(found)}`);
      await sleep(100);
    }
  }
}
