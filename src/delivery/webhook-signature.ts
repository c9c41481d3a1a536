import { createHmac } from "node:crypto";

/* What shows a receiver that a message is ours and new, in the form of Standard Webhooks. */

const BASE64 = "whsec_";

/** The key's bytes: those that are written as base64 behind `whsec_`, or else the text itself. */
const bytesOf = (key: string): Buffer => {
  const text = key.trim();
  return text.startsWith(BASE64) ? Buffer.from(text.slice(BASE64.length), "base64") : Buffer.from(text, "utf8");
};

/**
 * The headers of a message.
 *
 * @param id the same for every attempt at one message, so that a receiver can tell that it has it
 * @param time of the attempt, in seconds since 1970: a receiver refuses what is old
 */
export function signatureHeaders(
  key: string,
  { id, time, body }: { readonly id: string; readonly time: number; readonly body: string },
): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", bytesOf(key)).update(`${id}.${time}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(time), "webhook-signature": `v1,${signature}` };
}
