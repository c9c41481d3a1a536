import { describe, expect, test } from "vitest";
import { event } from "../../../../src/report/messages/event.ts";
import { messageIn, WebhookFormat } from "../../../../src/report/messages/form.ts";
import { newsOf, newsOfBudget, newsOfDelivery, noticedReport } from "../../../../src/report/notice.ts";
import { driftedRun, failedRun, hostileRun, passedRun } from "../runs.ts";

const told = (report: object) =>
  newsOf(noticedReport.parse(JSON.parse(JSON.stringify(report))), {
    environment: "staging",
    link: "https://ci.example.com/7",
  });
const budget = newsOfBudget("⚠️", undefined, "4/5 of the budget is spent");
const delivery = newsOfDelivery({
  ...{
    mark: "↩️",
    project: "census",
    environment: "production",
    title: "went back",
    reason: "errors 7 %",
    image: "m:1",
  },
});
const ALL = [told(passedRun()), told(failedRun()), told(hostileRun()), told(driftedRun()), budget, delivery];

test.each(ALL)("what is told as JSON is of the form that programs know: %#", (news) => {
  const written = JSON.parse(JSON.stringify(messageIn(WebhookFormat.JSON, news)));
  expect(event.parse(written)).toEqual(written);
  expect(written.text).not.toMatch(/\n/);
});

test("a run is told with its verdict and its gates, anything else without", () => {
  const failed = event.parse(messageIn(WebhookFormat.JSON, told(failedRun())));
  expect(failed).toMatchObject({ kind: "run", outcome: "bad", environment: "staging", run: { verdict: "failed" } });
  expect(failed.run?.gates.some(({ status }) => status === "failed")).toBe(true);
  expect(messageIn(WebhookFormat.JSON, delivery)).toEqual({
    ...{ schemaVersion: 1, kind: "delivery", outcome: "went-back", title: "went back", reason: "errors 7 %", also: [] },
    ...{ text: "↩️ census (production) went back: errors 7 %", project: "census", environment: "production" },
    ...{ image: "m:1", link: null },
  });
  expect(messageIn(WebhookFormat.JSON, budget)).toMatchObject({
    ...{ kind: "budget", outcome: "attention", text: "⚠️ the pipeline: 4/5 of the budget is spent", project: null },
  });
});

describe("a card of Teams", () => {
  const card = (news: (typeof ALL)[number]) => JSON.parse(JSON.stringify(messageIn(WebhookFormat.TEAMS, news)));

  test("has all that a chat is told, as text that is no Markdown", () => {
    const { type, attachments } = card({ ...delivery, reason: "**[x](https://evil.example)**", others: ["also"] });
    expect(type).toBe("message");
    const [{ contentType, content }] = attachments;
    expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
    const texts = content.body.map(({ inlines: [run] }: { inlines: [{ text: string }] }) => run.text);
    expect(texts).toEqual(["↩️ census (production) went back: **[x](https://evil.example)**", "• also", "m:1"]);
    expect(content.body.every((block: { type: string }) => block.type === "RichTextBlock")).toBe(true);
    expect(content.actions).toEqual([]);
  });

  test("leads to the report", () => {
    const [{ content }] = card(told(failedRun())).attachments;
    expect(content.actions).toEqual([{ type: "Action.OpenUrl", title: "Report", url: "https://ci.example.com/7" }]);
  });

  test.each(ALL)("is small enough to be taken: %#", (news) => {
    // Teams takes 28 KB.
    expect(JSON.stringify(card(news)).length).toBeLessThan(20_000);
  });
});
