import type { Secret } from "@dagger.io/dagger";
import { postToWebhook, type Sent } from "../delivery/webhook.ts";
import { messageOf, UserError } from "../errors.ts";
import { messageIn, type WebhookFormat } from "../report/messages/form.ts";
import { slackMessage } from "../report/messages/slack.ts";
import type { News } from "../report/notice.ts";

/** Where a site is told, and how. */
export interface Webhook {
  readonly address: Secret;
  readonly format: WebhookFormat;
  /** Signs what is told. */
  readonly key?: Secret | undefined;
}

/**
 * Tells a chat or a program, where the site names one.
 *
 * @returns a line about it, without the address; empty where nobody is to be told. Whatever becomes of it fails nothing
 */
export async function tell(webhook: Webhook | undefined, news: News): Promise<string> {
  if (webhook === undefined) return "";
  try {
    return toldLine(news, await sendTo(webhook, await webhook.address.plaintext(), news));
  } catch (error) {
    return `warning: nobody was notified: ${messageOf(error)}`;
  }
}

/** @throws UserError for what is no address, and for a key that is empty */
export async function sendTo({ format, key }: Webhook, address: string, news: News): Promise<Sent> {
  const text = await key?.plaintext();
  if (text !== undefined && text.trim() === "") {
    throw new UserError("--webhook-key: the key is empty, so a receiver could not tell who signed.");
  }
  return postToWebhook(address, messageIn(format, news), undefined, text);
}

export const toldLine = (news: News, sent: Sent): string =>
  sent.sent ? `notified: ${toldText(news)}` : `warning: nobody was notified: ${sent.reason}`;

/** What was told, in the words that a chat shows. */
export const toldText = (news: News): string => slackMessage(news).text;
