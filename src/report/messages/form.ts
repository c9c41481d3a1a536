import type { News } from "../notice.ts";
import { eventOf } from "./event.ts";
import { slackMessage } from "./slack.ts";
import { teamsMessage } from "./teams.ts";

/** The form of what a webhook gets. */
export enum WebhookFormat {
  /** That of Slack, which Mattermost and Rocket.Chat take as well. */
  SLACK = "slack",
  /** A card of Microsoft Teams. */
  TEAMS = "teams",
  /** A record for a program. */
  JSON = "json",
}

const FORMS: Readonly<Record<WebhookFormat, (news: News) => object>> = {
  [WebhookFormat.SLACK]: slackMessage,
  [WebhookFormat.TEAMS]: teamsMessage,
  [WebhookFormat.JSON]: eventOf,
};

export const messageIn = (format: WebhookFormat, news: News): object => FORMS[format](news);
