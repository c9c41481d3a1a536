import { randomUUID } from "node:crypto";
import { UserError } from "../errors.ts";
import { partsOf } from "../registry/body.ts";
import { RegistryError } from "../registry/error.ts";
import {
  type Attempt,
  attempted,
  mayPassLater,
  PATIENCE,
  type Patience,
  refusal,
  waitOf,
  withoutAnswer,
} from "./attempts.ts";
import { signatureHeaders } from "./webhook-signature.ts";
import { withoutAddress } from "./without-address.ts";

/* Posts to a webhook whose address is a secret: whoever knows it can post there. */

/** What became of a message. */
export type Sent = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/**
 * Posts JSON, again where a later attempt may succeed: no answer, "too many requests", and errors of the server.
 *
 * @param key signs it, where the receiver asks for that
 * @returns why it was not taken, never with the address
 * @throws UserError for what is no address, without it
 */
export async function postToWebhook(
  address: string,
  message: object,
  patience: Patience = PATIENCE,
  key?: string,
): Promise<Sent> {
  const url = addressOf(address);
  const [id, body] = [`msg_${randomUUID().replaceAll("-", "")}`, JSON.stringify(message)];
  const signed = (): Readonly<Record<string, string>> =>
    key === undefined ? {} : signatureHeaders(key, { id, time: Math.floor(Date.now() / 1000), body });
  const made = await attempted(() => post(url, { body, headers: signed() }, patience), patience);
  return made.done ? { sent: true } : { sent: false, reason: made.reason };
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

/** What of an answer is read: a refusal is told by its first words, and an answer may be without an end. */
const MOST_ANSWER = 1_000_000;

async function beginningOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of partsOf(answer, { host: "", what: "", most: MOST_ANSWER })) parts.push(part);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.cause !== undefined) throw error;
  }
  return Buffer.concat(parts).toString();
}

interface Posted {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function post(url: URL, { body, headers }: Posted, patience: Patience): Promise<Attempt<true>> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", ...headers },
      body,
      // A message that is passed on would turn into a GET elsewhere.
      redirect: "manual",
      signal: AbortSignal.timeout(patience.timeout),
    });
    if (answer.ok) {
      // Whatever it says besides, the message has arrived.
      answer.body?.cancel().catch(() => {});
      return { done: true, value: true };
    }
    const text = await beginningOf(answer);
    return {
      done: false,
      reason: refusal(answer.status, text, (said) => withoutAddress(said, url)),
      mayPass: mayPassLater(answer.status),
      wait: waitOf(answer),
    };
  } catch (error) {
    return withoutAnswer(error, patience);
  }
}
