import { lineOf, type News } from "../notice.ts";
import { cutLine } from "./cut.ts";

/** A message of Slack's incoming webhooks; Mattermost and Rocket.Chat show its text. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

type Block =
  | { readonly type: "section"; readonly text: { readonly type: "mrkdwn"; readonly text: string } }
  | { readonly type: "context"; readonly elements: readonly [{ readonly type: "mrkdwn"; readonly text: string }] };

/** A message of which the first line says all, with what stands below that line. */
export function slackMessage(news: News): SlackMessage {
  const { others, place, link } = news;
  const where = link === undefined ? "" : ` <${escapedLink(link)}|report>`;
  const first = `${shown(cutLine(lineOf(news)))}${where}`;
  return {
    text: first,
    blocks: [
      section(first),
      ...(others.length === 0 ? [] : [section(others.map((one) => `• ${shown(cutLine(one))}`).join("\n"))]),
      ...(place.length === 0 ? [] : [context(shown(cutLine(place.join(" · "))))]),
    ],
  };
}

const section = (text: string): Block => ({ type: "section", text: { type: "mrkdwn", text } });
const context = (text: string): Block => ({ type: "context", elements: [{ type: "mrkdwn", text }] });

/**
 * Text of a project as text: Slack reads commands and links between `<` and `>`, and Mattermost calls a whole channel at `@here`, which a
 * letter without a width keeps from it. The digest of an image calls nobody, and is to be copied.
 */
const shown = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?!sha256:[0-9a-f])(?=\w)/g, "@\u200b");

/** An address within `<…|report>`. */
const escapedLink = (link: string): string =>
  link.replaceAll("&", "&amp;").replaceAll("<", "%3C").replaceAll(">", "%3E").replaceAll("|", "%7C");
