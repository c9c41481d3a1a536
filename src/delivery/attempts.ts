import { firstLetters, withoutCommands } from "../text.ts";

/* What is asked of a server again where a later attempt may succeed: no answer, "too many requests", and errors of the server. */

/** How long one attempt may take, and how long to wait before the next ones, in milliseconds. */
export interface Patience {
  readonly timeout: number;
  readonly pauses: readonly number[];
}

export const PATIENCE: Patience = { timeout: 10_000, pauses: [1_000, 4_000] };

/** The longest that a server may ask to wait, in milliseconds. */
const MAX_WAIT = 30_000;

/** What became of one attempt. */
export type Attempt<T> = { readonly done: true; readonly value: T } | Refused;

export interface Refused {
  readonly done: false;
  /** In words, without any secret. */
  readonly reason: string;
  /** Of the answer; absent where there was none. */
  readonly status?: number;
  /** Whether a later attempt may succeed. */
  readonly mayPass: boolean;
  /** How long the server asks to wait before that, in milliseconds. */
  readonly wait: number;
}

/** Attempts something until it is done, or no later attempt may succeed, or patience ends. */
export async function attempted<T>(attempt: () => Promise<Attempt<T>>, { pauses }: Patience): Promise<Attempt<T>> {
  let made = await attempt();
  for (const pause of pauses) {
    if (made.done || !made.mayPass) break;
    const wait = Math.max(pause, made.wait);
    await new Promise((resolve) => setTimeout(resolve, wait));
    made = await attempt();
  }
  return made;
}

/** Whether the same request may be answered otherwise later. */
export const mayPassLater = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** How long an answer asks to wait, in milliseconds. */
export const waitOf = (answer: Response): number =>
  Math.min(MAX_WAIT, (Number(answer.headers.get("retry-after")) || 0) * 1000);

/** An attempt that got no answer. */
export const withoutAnswer = (error: unknown, { timeout }: Patience): Refused => ({
  ...{ done: false, reason: reasonOf(error, timeout), mayPass: true, wait: 0 },
});

function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return "no connection";
  if (error.name === "TimeoutError") return `no answer within ${timeout / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const words: Readonly<Record<string, string>> = {
    ENOTFOUND: "no such host",
    EAI_AGAIN: "its name cannot be looked up now",
    ECONNREFUSED: "nothing listens there",
    ECONNRESET: "the connection was closed",
  };
  return words[code] ?? `no connection${code === "" ? "" : ` (${code})`}`;
}

/** How much of a refusal is shown. */
const MAX_LETTERS = 200;

/** How much of it is read. */
const MAX_READ = 65_536;

/**
 * What a server says of a request that it refuses, in one line that is no command.
 *
 * @param withoutSecrets takes out what nobody may see
 */
export function refusal(status: number, text: string, withoutSecrets: (text: string) => string): string {
  // Before anything is cut for showing: a part of a secret would not be known again.
  const said = firstLetters(withoutCommands(withoutSecrets(text.slice(0, MAX_READ))), MAX_LETTERS);
  return `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
}
