import type { Directory } from "@dagger.io/dagger";
import { checkWebhook } from "../delivery/webhook.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { newsOf, noticedReport } from "../report/notice.ts";
import { reportText } from "./assert.ts";
import { checkLink } from "./link.ts";
import { sendTo, toldLine, toldText, type Webhook } from "./tell.ts";

export interface NotifyRequest {
  readonly report: Directory;
  readonly environment?: string | undefined;
  readonly link?: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Tells a chat what came out. A chat that cannot be reached is said and fails nothing: the verdict stands without it.
 *
 * @throws UserError without an address, or without a report
 */
export async function notifyOf(
  webhook: Webhook | undefined,
  { report, dryRun, ...words }: NotifyRequest,
): Promise<string> {
  if (webhook === undefined) {
    throw new UserError(
      "There is nobody to notify: give --webhook before the function, the address that the chat system gives, as a secret.",
      "ci",
    );
  }
  checkLink(words.link, "ci");
  const news = newsOf(parseJson(await reportText(report), noticedReport, "report.json"), words);
  const address = await webhook.address.plaintext();
  checkWebhook(address);
  if (dryRun) return `would notify: ${toldText(news)}`;
  return toldLine(news, await sendTo(webhook, address, news));
}
