import { UserError } from "../errors.ts";
import { withoutAddress } from "./without-address.ts";

/* Posts to a webhook whose address is a secret: whoever knows it can post there. */

/** What became of a message. */
export type Sent = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/** How long one attempt may take, and how long to wait before the next ones, in milliseconds. */
export interface Patience {
  readonly timeout: number;
  readonly pauses: readonly number[];
}

const PATIENCE: Patience = { timeout: 10_000, pauses: [1_000, 4_000] };

/** The longest that a server may ask to wait, in milliseconds. */
const MAX_WAIT = 30_000;

/** How much of a refusal is shown. */
const MAX_LETTERS = 200;

/** How much of it is read. */
const MAX_READ = 65_536;

/**
 * Posts JSON, again where a later attempt may succeed: no answer, "too many requests", and errors of the server.
 *
 * @returns why it was not taken, never with the address
 * @throws UserError for what is no address, without it
 */
export async function postToWebhook(address: string, body: object, patience: Patience = PATIENCE): Promise<Sent> {
  const url = addressOf(address);
  let attempt = await post(url, body, patience.timeout);
  for (const pause of patience.pauses) {
    if (attempt.sent || !attempt.mayPass) break;
    const wait = Math.max(pause, attempt.wait);
    await new Promise((resolve) => setTimeout(resolve, wait));
    attempt = await post(url, body, patience.timeout);
  }
  return attempt.sent ? { sent: true } : { sent: false, reason: attempt.reason };
}

/** @throws UserError for what is no address, without it */
export function checkWebhook(address: string): void {
  addressOf(address);
}

function addressOf(address: string): URL {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  if (url !== undefined && (url.username !== "" || url.password !== "")) {
    throw new UserError(
      "--webhook: the address has a user or a password in it (user:password@), which no message can be sent to. Nothing was sent. Give the address as the chat system gives it. It is not shown, since it is a secret.",
    );
  }
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new UserError(
    "--webhook: expected an address that begins with https:// (or http://, in a network where nobody reads it on the way), as the chat system gives it. It is not shown, since it is a secret.",
  );
}

type Attempt =
  | { readonly sent: true }
  | { readonly sent: false; readonly reason: string; readonly mayPass: boolean; readonly wait: number };

async function post(url: URL, body: object, timeout: number): Promise<Attempt> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      // A message that is passed on would turn into a GET elsewhere.
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const text = (await answer.text()).slice(0, MAX_READ);
    if (answer.ok) return { sent: true };
    // Before anything is cut: a part of a secret would not be known again.
    const said = withoutAddress(text, url).replace(/\s+/g, " ").trim().slice(0, MAX_LETTERS);
    return {
      sent: false,
      reason: `HTTP ${answer.status}${said === "" ? "" : `: ${said}`}`,
      mayPass: answer.status === 408 || answer.status === 429 || answer.status >= 500,
      wait: Math.min(MAX_WAIT, (Number(answer.headers.get("retry-after")) || 0) * 1000),
    };
  } catch (error) {
    return { sent: false, reason: reasonOf(error, timeout), mayPass: true, wait: 0 };
  }
}

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
