import type { Secret } from "@dagger.io/dagger";
import { postToWebhook } from "../delivery/webhook.ts";
import { messageOf } from "../errors.ts";
import type { Notice } from "../report/notice.ts";

/**
 * Tells a chat, where the site names one.
 *
 * @returns a line about it, without the address; empty where nobody is to be told. Whatever becomes of it fails nothing
 */
export async function tell(webhook: Secret | undefined, notice: Notice): Promise<string> {
  if (webhook === undefined) return "";
  try {
    const sent = await postToWebhook(await webhook.plaintext(), notice);
    return sent.sent ? `notified: ${notice.text}` : `warning: nobody was notified: ${sent.reason}`;
  } catch (error) {
    return `warning: nobody was notified: ${messageOf(error)}`;
  }
}
