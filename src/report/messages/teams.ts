import { lineOf, type News } from "../notice.ts";
import { cutLine } from "./cut.ts";

/** A message of a webhook of Microsoft Teams (a workflow that posts to a channel): an adaptive card. */
export function teamsMessage(news: News): object {
  const { others, place, link } = news;
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          ...{ type: "AdaptiveCard", version: "1.4", msteams: { width: "Full" } },
          body: [
            line(lineOf(news), { weight: "Bolder" }),
            ...others.map((one) => line(`• ${one}`)),
            ...(place.length === 0 ? [] : [line(place.join(" · "), { isSubtle: true, size: "Small" })]),
          ],
          actions: link === undefined ? [] : [{ type: "Action.OpenUrl", title: "Report", url: link }],
        },
      },
    ],
  };
}

/** A text as text: a `TextBlock` would read it as Markdown. */
const line = (text: string, style: object = {}): object => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text: cutLine(text), ...style }],
});
