import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { isNumber, isObjectOf, isText } from "../base/guards.ts";
import type { Store } from "../store/types.ts";
import { isLoopback } from "./reference.ts";
import { registriesFiles } from "./registry/endpoints.ts";
import { type Failure, isFailure } from "./registry/failure.ts";

/** A registry that did not answer. */
export interface Down {
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export const isDown = isObjectOf<Down>({ reason: isText, at: isNumber });

/** Asks a registry for something. */
type Ask<T> = (signal: AbortSignal) => Promise<T | Failure>;

/** How long a trial connection may take to be accepted. */
const connectMs = 1_000;
/** How long a registry that accepts connections may take for a manifest. */
const slowMs = 60_000;
/** How long a registry that did not answer is not asked again. */
const rememberedMs = 3_600_000;
/** A failure that came sooner is not remembered: asking again costs less than trusting an old failure. */
const cheapMs = 500;

const kind = "registry-down";

/**
 * Asks registries, and stops asking those that do not answer. A session decides once for each registry. A failure that
 * took time is remembered for an hour, unless registries.conf or the proxy settings change.
 */
export class Availability {
  readonly #store: Store;
  readonly #timeoutMs: number;
  /** The first question to each registry. It resolves when it is answered. */
  readonly #first = new Map<string, Promise<Down | undefined>>();

  /** A registry may be silent for `timeoutMs` before it counts as down. */
  constructor(store: Store, timeoutMs: number) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Asks `registry`. `question` must end when its signal does. Gives the answer, which may be a refusal, or `Down` when
   * none came.
   */
  async ask<T>(registry: string, question: Ask<T>): Promise<T | Failure | Down> {
    const first = this.#first.get(registry);
    if (first !== undefined) {
      const down = await first;
      if (down !== undefined) return down;
      return this.#put(registry, question);
    }
    const asked = this.#askFirst(registry, question);
    const verdict = asked.then((answer) => (isDown(answer) ? answer : undefined));
    this.#first.set(registry, verdict);
    verdict.catch(() => this.#first.delete(registry));
    return asked;
  }

  async #askFirst<T>(registry: string, question: Ask<T>): Promise<T | Failure | Down> {
    const remembered = await this.#store.record(kind, await this.#key(registry), isDown);
    if (remembered !== undefined && Date.now() - remembered.at < rememberedMs) return remembered;
    return this.#put(registry, question);
  }

  async #put<T>(registry: string, question: Ask<T>): Promise<T | Failure | Down> {
    const begun = Date.now();
    const limit = new AbortController();
    const silence = setTimeout(
      async () => {
        // A registry that accepts connections is slow, not down.
        if (!(await accepts(registry))) limit.abort();
      },
      Math.max(0, this.#timeoutMs - connectMs),
    );
    const slow = setTimeout(() => limit.abort(), slowMs);
    let answer: T | Failure;
    try {
      answer = await question(limit.signal);
    } finally {
      clearTimeout(silence);
      clearTimeout(slow);
    }
    const failure = isFailure(answer) ? answer : undefined;
    if (!limit.signal.aborted && failure?.problem !== "unreachable") return answer;
    const took = Date.now() - begun;
    const silent = `no answer within ${Math.round(took / 1000)} s`;
    const down = { reason: limit.signal.aborted ? silent : (failure?.reason ?? silent), at: Date.now() };
    this.#first.set(registry, Promise.resolve(down));
    if (took > cheapMs && !isLoopback(registry)) await this.#store.putRecord(kind, await this.#key(registry), down);
    return down;
  }

  async #key(registry: string): Promise<string> {
    const hash = createHash("sha256").update(registry);
    const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
    hash.update(JSON.stringify([HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy]));
    for (const path of await registriesFiles()) hash.update(await readFile(path).catch(() => ""));
    return hash.digest("hex");
  }
}

/** Says whether the registry, or the proxy that leads to it, accepts a connection within a second. */
function accepts(registry: string): Promise<boolean> {
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
  const target = new URL(
    proxy && !isLoopback(registry) ? proxy : `https://${registry === "docker.io" ? "registry-1.docker.io" : registry}`,
  );
  const port = Number(target.port) || (target.protocol === "http:" ? 80 : 443);
  return new Promise((resolve) => {
    const socket = connect({ host: target.hostname.replace(/^\[|\]$/g, ""), port, timeout: connectMs });
    const end = (accepted: boolean) => (): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}
