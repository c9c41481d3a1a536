import { describe, expect, test } from "vitest";
import { type SlackMessage, slackMessage } from "../../../src/report/messages/slack.ts";
import {
  type DeliveryNews,
  type NoticedReport,
  type NoticeWords,
  newsOf,
  newsOfDelivery,
  noticedReport,
} from "../../../src/report/notice.ts";
import { driftedRun, failedRun, hostileRun, passedRun } from "./runs.ts";

const gate = (id: string, status: "passed" | "failed" | "inconclusive" | "skipped", message = "") => ({
  ...{ id, status, message, required: true },
});
const noticeOf = (report: NoticedReport, words: NoticeWords): SlackMessage => slackMessage(newsOf(report, words));
const noticeOfDelivery = (news: DeliveryNews): SlackMessage => slackMessage(newsOfDelivery(news));
const failed = (changes: Partial<NoticedReport>): NoticedReport => ({
  ...{ verdict: "failed", gates: [], project: { name: "census", commit: "1b2c3d4e5f60", branch: "main" } },
  ...changes,
});

describe("the first line", () => {
  test.each<[string, NoticedReport, string]>([
    [
      "names the gate, the number and the limit",
      failed({
        failure: { stage: "gates", message: "…", gate: "metrics" },
        gates: [gate("schema", "passed"), gate("metrics", "failed", "accuracy 0.81 (at least 0.85)")],
      }),
      "❌ census failed: gate metrics: accuracy 0.81 (at least 0.85)",
    ],
    [
      "says that a person is to decide",
      failed({
        failure: { stage: "gates", message: "…", gate: "regression" },
        gates: [gate("regression", "inconclusive", "too few rows to tell")],
      }),
      "⏸️ census needs approval: gate regression: too few rows to tell",
    ],
    [
      "names the stage",
      failed({ failure: { stage: "test unit", message: "3 tests failed" } }),
      "❌ census failed: test unit: 3 tests failed",
    ],
    [
      "counts the gates of one that passed",
      { ...failed({ gates: [gate("schema", "passed"), gate("shadow", "skipped")] }), verdict: "passed" },
      "✅ census passed: 1 of 2 gates, the others skipped",
    ],
    [
      "says so where all did",
      { ...failed({ gates: [gate("schema", "passed"), gate("shadow", "passed")] }), verdict: "passed" },
      "✅ census passed: all 2 gates",
    ],
    [
      "asks for a retrain",
      failed({ drift: { action: "retrain", message: "Retrain: age drifted" } }),
      "⚠️ census drift: Retrain: age drifted",
    ],
    ["is there without anything", { verdict: "failed", gates: [] }, "❌ the pipeline failed"],
  ])("%s", (_what, report, expected) => {
    const notice = noticeOf(report, {});
    expect(notice.text).toBe(expected);
    expect(notice.blocks[0]).toEqual({ type: "section", text: { type: "mrkdwn", text: expected } });
  });

  test("has the environment and the link", () => {
    const { text } = noticeOf(failed({}), { environment: "staging", link: "https://ci.example.com/run?a=1&b=<2>|x" });
    expect(text).toBe("❌ census (staging) failed <https://ci.example.com/run?a=1&amp;b=%3C2%3E%7Cx|report>");
  });
});

test("further gates that block are told below it, and where it was", () => {
  const { blocks } = noticeOf(
    failed({
      failure: { stage: "gates", message: "", gate: "schema" },
      gates: ["schema", "a", "b", "c", "d", "e", "f"].map((id) => gate(id, "failed", `${id} is bad`)),
    }),
    {},
  );
  expect(JSON.stringify(blocks[1])).toMatch(/gate a: a is bad.*gate e: e is bad.*and 1 more/);
  expect(JSON.stringify(blocks[1])).not.toContain("schema");
  expect(JSON.stringify(blocks[2])).toContain("main at 1b2c3d4e5f60");
});

test("text of a project commands nothing, and is cut", () => {
  const message = `<!channel> @here @all <https://evil.example|click> a&b\n${"x".repeat(5000)}`;
  const { text, blocks } = noticeOf(failed({ failure: { stage: "lint", message } }), {});
  expect(text).not.toMatch(/<|@(here|all)|\n/);
  expect(text).toContain("&lt;!channel&gt;");
  expect(text.length).toBeLessThan(1000);
  for (const block of blocks) expect(JSON.stringify(block).length).toBeLessThan(3000);
});

test.each([passedRun(), failedRun(), hostileRun(), driftedRun()])("report %# can be told", (report) => {
  const { text } = noticeOf(noticedReport.parse(JSON.parse(JSON.stringify(report))), {});
  expect(text.length).toBeGreaterThan(10);
});

test("a call to go on with can be copied out of the message", () => {
  const next = "ml-pipeline promote --from=staging --to=production --approve-image=team/model:v1@sha256:00";
  const { text } = noticeOfDelivery({
    ...{ mark: "⏸️", project: "census", environment: "production", title: "needs approval", image: "" },
    reason: `the code changed. @all @sha256x Who has looked at it goes on with \`${next}\``,
  });
  expect(text).toContain(next);
  expect(text).toContain("@\u200ball @\u200bsha256x");
});

test("a deploy is told with its environment, its reason and the image, and without a call to all", () => {
  const { text, blocks } = noticeOfDelivery({
    ...{ mark: "❌", project: "census", environment: "production", title: "failed", image: "team/model:v1@sha256:00" },
    ...{ reason: "the rollout failed after 3 s. @here exit code 3", link: "https://ci.example/7" },
  });
  expect(text).toBe(
    "❌ census (production) failed: the rollout failed after 3 s. @\u200bhere exit code 3 <https://ci.example/7|report>",
  );
  expect(JSON.stringify(blocks)).toContain("team/model:v1@sha256:00");
});
