import { AsyncLocalStorage } from "node:async_hooks";
import { StringDecoder } from "node:string_decoder";
import { messageOf } from "../base/errors.ts";
import type { EngineEvent } from "../base/events.ts";
import type { Secrets } from "./secrets.ts";
import { shownCommand } from "./shown-command.ts";

/** An operation that is reported to the command line while it runs. */
export interface Activity {
  output(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** Says that the answer came from the cache after all. */
  cached(): void;
}

/**
 * Reports operations to the command line. Titles, errors and notices are scrubbed of secrets here; output is scrubbed
 * by those who run commands.
 */
export class Activities {
  readonly #send: (event: EngineEvent) => void;
  readonly #secrets: Secrets;
  readonly #spans = new AsyncLocalStorage<string | undefined>();
  #count = 0;

  constructor(send: (event: EngineEvent) => void, secrets: Secrets) {
    this.#send = send;
    this.#secrets = secrets;
  }

  /** Attributes every operation that `task` starts to the caller's `span`. */
  under<T>(span: string | undefined, task: () => T): T {
    return this.#spans.run(span, task);
  }

  /** Says that something was done outside of the engine. */
  effect(): void {
    this.#send({ type: "effect" });
  }

  notice(text: string): void {
    this.#send({ type: "notice", text: this.#secrets.scrub(text) });
  }

  /** Reports `task` from its start to its end. */
  async run<T>(title: string, task: (activity: Activity) => Promise<T>): Promise<T> {
    const id = String(++this.#count);
    const span = this.#spans.getStore();
    this.#send({ type: "started", id, title: this.#secrets.scrub(title), ...(span && { span }), at: Date.now() });
    const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
    let outcome: "done" | "cached" = "done";
    try {
      const result = await task({
        output: (stream, chunk) => {
          const text = decoders[stream].write(chunk);
          if (text !== "") this.#send({ type: "output", id, stream, text });
        },
        cached: () => {
          outcome = "cached";
        },
      });
      this.#send({ type: "finished", id, at: Date.now(), outcome });
      return result;
    } catch (error) {
      this.#send({
        type: "finished",
        id,
        at: Date.now(),
        outcome: "failed",
        error: this.#secrets.scrub(messageOf(error)),
      });
      throw error;
    }
  }
}

/** Writes a command for a person: on one line, at most 120 characters long. */
export function titleOf(verb: string, args: readonly string[]): string {
  const text = `${verb} ${shownCommand(args)}`.replaceAll(/\s+/g, " ").trim();
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
