import { z } from "zod";
import { oneLine } from "../../text.ts";
import { lineOf, type Mark, type News, noticedReport } from "../notice.ts";

/* What is told as JSON, for a program. */

const OUTCOMES = {
  "✅": "good",
  "❌": "bad",
  "⏸️": "waiting",
  "↩️": "went-back",
  "⚠️": "attention",
} as const satisfies Record<Mark, string>;

export const event = z
  .strictObject({
    schemaVersion: z.literal(1),
    kind: z.enum(["run", "delivery", "budget"]),
    outcome: z.enum(["good", "bad", "waiting", "went-back", "attention"]).describe("waiting: a person is to decide."),
    text: z.string().describe("All of it in one line, for a person."),
    title: z.string().describe("What came out, in words that may change."),
    reason: z.string().describe("Why, with the number and its limit where there is one."),
    also: z.array(z.string()).describe("What is wrong as well, in words."),
    project: z.string().nullable(),
    environment: z.string().nullable(),
    image: z.string().nullable().describe("The image that was published or deployed, by digest."),
    link: z.string().nullable().describe("Where the report is to be read."),
    run: noticedReport.optional().describe("Of a run: its verdict and its gates, as report.json has them."),
  })
  .describe("What --webhook gets with --webhook-format=json.");
export type Event = z.output<typeof event>;

export function eventOf(news: News): Event {
  const { kind, mark, title, reason, others, project, environment, image, link, run } = news;
  return {
    ...{ schemaVersion: 1, kind, outcome: OUTCOMES[mark], text: oneLine(lineOf(news)), title, reason },
    ...{ also: [...others], project: project ?? null, environment: environment ?? null },
    ...{ image: image ?? null, link: link ?? null },
    ...(run === undefined ? {} : { run: noticedReport.parse(run) }),
  };
}
