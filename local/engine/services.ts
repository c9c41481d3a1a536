import { createHash } from "node:crypto";
import { EngineError, messageOf } from "../base/errors.ts";
import { deferred } from "../base/lazy.ts";
import type { RunningService } from "../sandbox/types.ts";
import { titleOf } from "./activities.ts";
import { prepare, serviceKey } from "./exec/prepare.ts";
import { discardDrafts, openDrafts, processSpec } from "./exec/process.ts";
import { holdVolumes } from "./exec/volumes.ts";
import type { Session } from "./session.ts";
import type { Container } from "./values/container.ts";
import type { Service } from "./values/service.ts";

/** How long a service without users keeps running, in milliseconds. The next command often needs it again. */
const graceTime = 10_000;

interface Entry {
  /** Resolves when the process has been started. */
  readonly launched: Promise<RunningService>;
  /** Resolves when the ports of the process answer. */
  readonly running: Promise<RunningService>;
  users: number;
  timer?: NodeJS.Timeout;
}

/** The services of a session. Each runs once, however many commands need it, and stops when none needs it any more. */
export class Services {
  readonly #session: Session;
  readonly #entries = new Map<string, Entry>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Runs `task` while the bound services run, and gives it their addresses by name. */
  async bound<T>(
    bindings: Container["services"],
    task: (hosts: Readonly<Record<string, string>>) => Promise<T>,
  ): Promise<T> {
    const held: string[] = [];
    try {
      const hosts: Record<string, string> = {};
      await Promise.all(
        bindings.map(async ({ alias, service }) => {
          const { key, running } = await this.acquire(service);
          held.push(key);
          hosts[alias] = (await running).address;
        }),
      );
      return await task(hosts);
    } finally {
      for (const key of held) this.release(key);
    }
  }

  /** Starts the service unless it runs already, and keeps it running until `release`. */
  async acquire(service: Service): Promise<{ readonly key: string; readonly running: Promise<RunningService> }> {
    const key = await serviceKey(this.#session, service);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { ...this.#start(key, service), users: 0 };
      this.#entries.set(key, entry);
    }
    clearTimeout(entry.timer);
    entry.users++;
    return { key, running: entry.running };
  }

  keyOf(service: Service): Promise<string> {
    return serviceKey(this.#session, service);
  }

  release(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || --entry.users > 0) return;
    entry.timer = setTimeout(() => void this.stop(key), graceTime);
    entry.timer.unref();
  }

  /** Ends a service at once, even if it has users. */
  async stop(key: string, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    clearTimeout(entry.timer);
    const launched = await entry.launched.catch(() => undefined);
    await launched?.stop(signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((key) => this.stop(key)));
  }

  /** Starts the process, waits for its ports, and shows its output for as long as it runs. */
  #start(key: string, service: Service): Pick<Entry, "launched" | "running"> {
    const launched = deferred<RunningService>();
    const running = deferred<RunningService>();
    const life = this.#session.activities.run(titleOf("service", service.args), async (activity) => {
      const process = await this.#launch(service, (stream, chunk) => activity.output(stream, chunk));
      launched.resolve(process);
      const checked = service.container.ports.filter(
        (port) => port.protocol === "TCP" && !port.experimentalSkipHealthcheck,
      );
      try {
        await Promise.all(checked.map((port) => process.listening(port.port)));
      } catch (error) {
        await process.stop("SIGKILL");
        throw await this.#ended(service, process, "did not come up", error);
      }
      running.resolve(process);
      await process.exited;
      if (this.#entries.delete(key)) throw await this.#ended(service, process, "ended while it was needed");
    });
    life.catch((error: unknown) => {
      this.#entries.delete(key);
      launched.reject(error);
      running.reject(error);
    });
    // Those who need the service get the failure. Without any, it must not end the engine.
    launched.promise.catch(() => undefined);
    running.promise.catch(() => undefined);
    return { launched: launched.promise, running: running.promise };
  }

  async #launch(service: Service, show: (stream: "stdout" | "stderr", chunk: Buffer) => void): Promise<RunningService> {
    const session = this.#session;
    const { container } = service;
    const prepared = await prepare(session, container);
    const volumes = await holdVolumes(session, container);
    const drafts = await openDrafts(session, prepared);
    const bindings = await Promise.all(container.services.map(({ service }) => this.acquire(service)));
    const finish = async () => {
      for (const { key } of bindings) this.release(key);
      await Promise.all([discardDrafts(drafts), volumes.release()]);
    };
    try {
      const hosts: Record<string, string> = {};
      for (const [index, { alias }] of container.services.entries()) {
        const binding = bindings[index];
        if (binding !== undefined) hosts[alias] = (await binding.running).address;
      }
      const spec = await processSpec(session, prepared, drafts, volumes.paths, service.args);
      const scrubbers = { stdout: session.secrets.scrubber(), stderr: session.secrets.scrubber() };
      const running = await session.sandbox.start({
        ...spec,
        hosts,
        hostname: await hostnameOf(session, service),
        onOutput: (stream, chunk) => show(stream, scrubbers[stream].push(chunk)),
      });
      running.exited.then(finish, finish).catch((error: unknown) => {
        session.activities.notice(`${titleOf("service", service.args)} left something behind: ${messageOf(error)}`);
      });
      return running;
    } catch (error) {
      await finish();
      throw error;
    }
  }

  /** Says what happened to a service, with the end of its output. */
  async #ended(service: Service, running: RunningService, how: string, cause?: unknown): Promise<Error> {
    const { exitCode, stdout, stderr } = await running.exited;
    const output = this.#session.secrets.scrub(`${stdout}${stderr}`).trim().split("\n").slice(-20).join("\n");
    const text = `${titleOf("service", service.args)} ${how} (exit code: ${exitCode}); it printed:\n${output}`;
    return new EngineError(text, { cause });
  }
}

/** Gives the requested host name, or one that is made from the service's key. */
export async function hostnameOf(session: Session, service: Service): Promise<string> {
  if (service.hostname !== undefined) return service.hostname;
  const key = await serviceKey(session, service);
  return createHash("sha256").update(key).digest("hex").slice(0, 13);
}
